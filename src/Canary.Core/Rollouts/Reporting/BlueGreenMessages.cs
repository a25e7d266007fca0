using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Reporting;

/// <summary>What a blue-green rollout says instead of steps and weights.</summary>
internal static class BlueGreenMessages
{
    /// <summary>Where it stands; null: the strategy is another one, or the same words are right.</summary>
    public static string? Place(Evaluation evaluation) => evaluation switch
    {
        { InForce.BlueGreen: null } or { Status.IsRestarting: true } => null,
        { Status.Promotion: null } => "preview without traffic",
        { Status.Promotion: PromotionStage.ConfirmingFull or PromotionStage.Verifying } =>
            BlueGreenSwitch.IsSwitched(evaluation) ? $"switched: revision {evaluation.Status.CanaryRevision} is active"
                : $"switching all traffic to revision {evaluation.Status.CanaryRevision}",
        _ => $"switched: revision {evaluation.Status.CanaryRevision} becomes stable",
    };

    /// <summary>What it waits for although everything is passed; null: for nothing.</summary>
    public static string? WayBack(Evaluation evaluation) =>
        BlueGreenSwitch.WayBackEndsAt(evaluation) is { } end && end > evaluation.Now
            ? $"the old version keeps its pods until {TimeText.Format(end)}, and abort returns all traffic to it at once" : null;
}
