namespace Canary.Core.Rollouts.StableCopy;

/// <summary>What differs in the copy's HorizontalPodAutoscaler or ScaledObject from that of the workload, besides its target, as a
/// level.</summary>
/// <param name="MinReplicas">Fewest pods that it allows.</param>
/// <param name="IsScaleDownHeld">It takes no pods away (<c>behavior.scaleDown.selectPolicy: Disabled</c>): the copy is to have all of them
/// when the traffic returns.</param>
public sealed record AutoscalerLevels(int MinReplicas, bool IsScaleDownHeld);
