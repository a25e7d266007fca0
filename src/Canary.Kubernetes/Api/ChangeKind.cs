namespace Canary.Kubernetes.Api;

/// <summary>What happened to an object of a cache.</summary>
public enum ChangeKind
{
    Added,
    Modified,
    Deleted,
}
