namespace Canary.Kubernetes.Api;

/// <summary>What becomes of the objects that the deleted one owns.</summary>
public enum DeletePropagation
{
    /// <summary>The object goes first, its dependents afterwards.</summary>
    Background,

    /// <summary>The object stays until its dependents are gone.</summary>
    Foreground,

    /// <summary>The dependents stay and lose their owner.</summary>
    Orphan,
}
