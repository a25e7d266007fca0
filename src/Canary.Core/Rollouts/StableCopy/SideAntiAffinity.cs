namespace Canary.Core.Rollouts.StableCopy;

/// <summary>Whether pods of the two sides share a Node. Source: <c>spec.workload.antiAffinity</c>.</summary>
public enum SideAntiAffinity
{
    /// <summary>As the scheduler likes.</summary>
    None,

    /// <summary>Not, if there is another Node.</summary>
    Preferred,

    /// <summary>Never: a pod that finds no Node of its own side waits.</summary>
    Required,
}
