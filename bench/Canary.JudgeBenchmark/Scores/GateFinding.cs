namespace Canary.JudgeBenchmark.Scores;

/// <summary>What a gate found.</summary>
/// <param name="Gate">Which gate.</param>
/// <param name="IsPassed">It holds.</param>
/// <param name="Words">What was found, with the numbers.</param>
internal sealed record GateFinding(string Gate, bool IsPassed, string Words);
