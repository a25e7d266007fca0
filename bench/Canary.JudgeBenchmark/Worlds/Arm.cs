namespace Canary.JudgeBenchmark.Worlds;

/// <summary>The two sides of a rollout.</summary>
internal enum Arm
{
    Canary,
    Stable,
}
