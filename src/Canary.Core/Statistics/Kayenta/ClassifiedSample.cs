namespace Canary.Core.Statistics.Kayenta;

/// <summary>What the comparison of one metric found, and by what numbers.</summary>
/// <param name="Classification">The finding.</param>
/// <param name="IsCriticalFailure">That the whole comparison fails for it: a critical metric is far enough off, has no values, or could not
/// be compared.</param>
/// <param name="MeanRatio">The canary's mean divided by stable's, whatever effect was measured; 1 where nothing had to be compared, NaN
/// where either mean is 0.</param>
/// <param name="Estimate">How much higher the canary is, in the unit of the metric: the Hodges-Lehmann estimate. NaN where nothing had to
/// be, or could be, compared.</param>
/// <param name="Low">Lower bound of the difference, 98 percent two-sided; NaN as <paramref name="Estimate"/>.</param>
/// <param name="High">Upper bound of the difference, 98 percent two-sided; NaN as <paramref name="Estimate"/>.</param>
/// <param name="Reason">The finding in words, without the metric's name.</param>
public sealed record ClassifiedSample(Classification Classification, bool IsCriticalFailure, double MeanRatio, double Estimate, double Low,
    double High, string Reason);
