using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>Why a rollout does not advance. What a person asked for, and a fight that was given up, last until somebody lifts them; the rest is as long as its cause.</summary>
internal static class Holding
{
    /// <summary>The hold in force; null: none. One that goes on keeps its time and its words, so that a measurement alone changes nothing.</summary>
    public static Hold? Of(Scene scene)
    {
        var before = scene.Status.Hold;
        if (!scene.Status.IsRunning || scene.Status.Abort is not null || scene.IsStableWritten) return null;
        if (before is { Reason: HoldReason.Request or HoldReason.WeightConflict }) return before;
        if (scene.Status.IsRestarting) return null;
        var hold = Cause(scene);
        return hold is { Reason: not HoldReason.PauseStep } && before?.Reason == hold.Reason ? before : hold;
    }

    private static Hold? Cause(Scene scene)
    {
        if (scene.InForce is { IsPaused: true }) return new Hold(HoldReason.SpecPaused, scene.Now, "spec.paused is true");
        if (Runs.Inconclusive(scene) is { } open)
            return new Hold(HoldReason.InconclusiveAnalysis, scene.Now, $"the {Wording.Of(open.Key)} is inconclusive: {open.Message}; promote goes on, abort takes it back");
        if (Runs.InError(scene) is { } silent)
            return new Hold(HoldReason.AnalysisError, scene.Now, $"the {Wording.Of(silent.Key)} gets no usable answers: {silent.Message}; the next good measurement lifts this");
        return scene is { IsSettled: true, Step: Step.Pause pause, Status: { Promotion: null, StepStartedAt: { } since } }
            ? new Hold(HoldReason.PauseStep, since, pause.Duration is { } length ? $"paused for {GoDuration.Format(length)} until {Wording.Of(since + length)}" : "paused until a person promotes")
            : null;
    }
}
