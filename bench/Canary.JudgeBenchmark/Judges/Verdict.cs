namespace Canary.JudgeBenchmark.Judges;

/// <summary>What a judge says at a look.</summary>
internal enum Verdict
{
    Continue,
    RolledBack,
    Promoted,
    Inconclusive,
}
