namespace Canary.Core.Rollouts.Alerting;

/// <summary><c>operator</c> of a requirement on an alert's label. A label that an alert does not have is an empty one, as in
/// Prometheus.</summary>
public enum AlertMatchOperator
{
    /// <summary>The value is one of those given.</summary>
    In,

    /// <summary>The value is none of those given; the label may be missing.</summary>
    NotIn,

    /// <summary>The alert has the label.</summary>
    Exists,

    /// <summary>The alert does not have the label.</summary>
    DoesNotExist,

    /// <summary>The whole value matches one of the regular expressions.</summary>
    Matches,

    /// <summary>The whole value matches none of the regular expressions; the label may be missing.</summary>
    DoesNotMatch,
}
