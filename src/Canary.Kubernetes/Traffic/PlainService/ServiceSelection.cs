namespace Canary.Kubernetes.Traffic.PlainService;

/// <summary>Whose pods the Service that clients call selects.</summary>
internal enum ServiceSelection
{
    /// <summary>Those of stable, as its own Service does: weight 0.</summary>
    Stable,

    /// <summary>Those of the canary, as its own Service does: weight 100.</summary>
    Canary,

    /// <summary>Those of both sides that have the label: a weight between.</summary>
    Both,

    /// <summary>Whatever somebody else wrote.</summary>
    Other,
}
