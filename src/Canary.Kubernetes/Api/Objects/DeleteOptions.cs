using System;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>How an object is deleted.</summary>
/// <param name="Propagation">What becomes of its dependents; null leaves it to the server.</param>
/// <param name="Uid">Only the object with this uid. A deletion with uid is repeated after a lost connection: it cannot hit a later object
/// of that name.</param>
/// <param name="ResourceVersion">Only the object in this state.</param>
/// <param name="GracePeriod">Time that a pod is given; whole seconds. Null leaves it to the server.</param>
/// <param name="DryRun">Whether the server only says what would be.</param>
public sealed record DeleteOptions(
    DeletePropagation? Propagation = null,
    string? Uid = null,
    string? ResourceVersion = null,
    TimeSpan? GracePeriod = null,
    bool DryRun = false)
{
    /// <summary>Whatever has this name, dependents as the server sees fit.</summary>
    public static DeleteOptions Default { get; } = new();
}

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
