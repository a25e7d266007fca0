namespace Canary.Core.Analysis;

/// <summary><c>compare.judge</c>: how the canary is compared with stable.</summary>
public enum ComparisonKind
{
    /// <summary>Counts, by e-processes that are valid at every look.</summary>
    Sequential,

    /// <summary>A value a minute, by Mann and Whitney's test, as Kayenta does.</summary>
    MannWhitney,
}
