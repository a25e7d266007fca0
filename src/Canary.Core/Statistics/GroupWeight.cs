namespace Canary.Core.Statistics;

/// <summary>What a group of metrics contributes to the score at most.</summary>
/// <param name="Group">The group's name.</param>
/// <param name="Percent">0 to 100, and all groups together at most 100.</param>
public sealed record GroupWeight(string Group, double Percent);
