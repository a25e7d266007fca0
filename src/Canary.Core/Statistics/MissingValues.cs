namespace Canary.Core.Statistics;

/// <summary>What becomes of a point that has no value, which is a NaN.</summary>
public enum MissingValues
{
    /// <summary>It is left out. The default.</summary>
    Remove,

    /// <summary>It is a 0, and an arm without any point passes; for counts of errors, where no value means that nothing happened.</summary>
    Replace,
}
