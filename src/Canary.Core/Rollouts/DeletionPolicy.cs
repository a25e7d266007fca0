namespace Canary.Core.Rollouts;

/// <summary>What becomes of the traffic when the Rollout is deleted. Source: <c>spec.deletionPolicy</c>.</summary>
public enum DeletionPolicy
{
    /// <summary>It returns to stable first. The default.</summary>
    Restore,

    /// <summary>The weights stay as they are; only the claims are taken off.</summary>
    Orphan,
}
