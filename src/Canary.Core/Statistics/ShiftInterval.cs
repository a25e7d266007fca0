namespace Canary.Core.Statistics;

/// <summary>How far one sample is shifted against another, in their unit.</summary>
/// <param name="Estimate">The Hodges-Lehmann estimate: the median of all differences between a value of one and a value of the other, up to
/// the tolerance of the search.</param>
/// <param name="Low">Lower confidence bound.</param>
/// <param name="High">Upper confidence bound; less than <paramref name="Low"/> at most by the tolerance of the search.</param>
internal sealed record ShiftInterval(double Estimate, double Low, double High);
