using System;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>The new version gets no traffic, as the preview, until it gets all of it in one shift. Source:
/// <c>strategy.blueGreen</c>.</summary>
/// <remarks>To the machine it is a canary with the weights 0 and 100: an analysis before the first step (<c>prePromotionAnalysis</c>), one
/// step, which is a pause at 0, and an analysis after it at 100 (<c>postPromotionAnalysis</c>).</remarks>
public sealed record BlueGreenStrategy
{
    /// <summary>Default of <see cref="ScaleDownDelay"/> and <see cref="AbortScaleDownDelay"/>, as in Argo Rollouts.</summary>
    public static readonly TimeSpan DefaultScaleDownDelay = CopiedWorkload.DefaultScaleDownDelay;

    /// <summary>Longest <see cref="ScaleDownDelay"/> and <see cref="AbortScaleDownDelay"/>.</summary>
    public static readonly TimeSpan LongestScaleDownDelay = CopiedWorkload.LongestScaleDownDelay;

    /// <summary><c>previewReplicaCount</c>: pods of the preview until the switch is due; then it gets as many as stable has. 1 to
    /// <see cref="CanaryScale.MostReplicas"/>; null: as many as stable has from the start.</summary>
    public int? PreviewReplicaCount { get; init; }

    /// <summary><c>autoPromotionEnabled</c>: the switch waits for no person. Default true.</summary>
    public bool IsAutoPromotionEnabled { get; init; } = true;

    /// <summary><c>autoPromotionAfter</c>: how long the preview is there for people before the switch. Default 0s.</summary>
    public TimeSpan AutoPromotionAfter { get; init; } = TimeSpan.Zero;

    /// <summary><c>scaleDownDelay</c>: how long the old version keeps its pods after the switch, and can take the traffic back. 0s to
    /// <see cref="LongestScaleDownDelay"/>. Default 30s.</summary>
    public TimeSpan ScaleDownDelay { get; init; } = DefaultScaleDownDelay;

    /// <summary><c>abortScaleDownDelay</c>: how long the preview keeps its pods after it was rolled back. 0s to
    /// <see cref="LongestScaleDownDelay"/>. Default 30s.</summary>
    public TimeSpan AbortScaleDownDelay { get; init; } = DefaultScaleDownDelay;

    /// <summary>The steps: always the one pause before the switch, so that a change of its length needs no new start.</summary>
    public EquatableArray<Step> Steps() => [new Step.Pause(IsAutoPromotionEnabled ? AutoPromotionAfter : null)];
}
