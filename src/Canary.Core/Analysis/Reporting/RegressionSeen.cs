namespace Canary.Core.Analysis.Reporting;

/// <summary>The smallest regression that a comparison would have seen by now, in four of five cases.</summary>
/// <param name="Ratio">How many times stable's rate; null: stable has had no event that it could be told by.</param>
/// <param name="Share">The share of the canary's requests; 0 to 1.</param>
public sealed record RegressionSeen(double? Ratio, double Share);
