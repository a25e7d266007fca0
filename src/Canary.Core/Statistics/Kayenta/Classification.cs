namespace Canary.Core.Statistics.Kayenta;

/// <summary>What the comparison of one metric found.</summary>
public enum Classification
{
    /// <summary>No difference that counts.</summary>
    Pass,

    /// <summary>The canary is higher.</summary>
    High,

    /// <summary>The canary is lower.</summary>
    Low,

    /// <summary>An arm has no values, and the metric need not have any: it counts for no group.</summary>
    Nodata,

    /// <summary>An arm has no values, and the metric must have some: it counts as failed in its groups.</summary>
    NodataFail,

    /// <summary>The comparison could not be made: it counts for no group.</summary>
    Error,
}
