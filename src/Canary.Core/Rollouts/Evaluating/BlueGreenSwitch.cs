using System;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>What a blue-green rollout asks beside the weights 0 and 100: the preview's pods before anything runs on it, and the time in
/// which the old version can take the traffic back.</summary>
internal static class BlueGreenSwitch
{
    /// <summary>Nothing has begun on the preview yet: the analysis and the pause before the switch wait for its pods.</summary>
    public static bool IsPreviewStarting(Evaluation evaluation) =>
        evaluation is
        {
            InForce.BlueGreen: not null, IsUnderWay: true,
            Status: { Promotion: null, StepStartedAt: null } status
        } && status.CurrentStepIndex < evaluation.Steps.Count;

    /// <summary>Pods of the preview; null: the strategy is another one.</summary>
    /// <param name="evaluation">The rollout.</param>
    /// <param name="size">Pods of stable.</param>
    public static int? PreviewReplicas(Evaluation evaluation, int size) =>
        evaluation is { InForce.BlueGreen: { } blueGreen, Status.IsRestarting: false } ? blueGreen.PreviewReplicaCount ?? size : null;

    /// <summary>The new version has all the traffic.</summary>
    public static bool IsSwitched(Evaluation evaluation) =>
        evaluation is { IsUnderWay: true, Status: { Promotion: not null, Weights: { } weights } } && weights.Desired == Weight.Full
        && weights.Applied == Weight.Full;

    /// <summary>Until when the old version is kept at least; null: it is not, or the time has not begun, since the routes do not show the
    /// switch. As a pause, it does not end before the controller has watched again for a minute.</summary>
    public static DateTimeOffset? WayBackEndsAt(Evaluation evaluation) =>
        evaluation is
        {
            InForce.BlueGreen.ScaleDownDelay: { Ticks: > 0 } delay,
            Status: { Promotion: PromotionStage.ConfirmingFull or PromotionStage.Verifying, StepStartedAt: { } since }
        } && IsSwitched(evaluation) ? evaluation.EndOf(delay, since) : null;

    /// <summary>How long pods that are not needed any more are left.</summary>
    public static TimeSpan? AbortDelay(Evaluation evaluation) =>
        evaluation is { InForce.BlueGreen: { } blueGreen, Status.Abort: not null } ? blueGreen.AbortScaleDownDelay : null;
}
