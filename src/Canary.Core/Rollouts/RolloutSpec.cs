using System;
using Canary.Core.Analysis;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>What a user wants of a rollout, after validation.</summary>
/// <param name="Traffic">The two sides and the router.</param>
/// <param name="Revision">What is released, where the workloads do not say it: a change starts a rollout. Null: the pod template of the
/// canary side says it.</param>
/// <param name="Steps">The steps, in order. Empty: straight to 100 percent.</param>
/// <param name="Analysis">Analysis in the background; null for none.</param>
/// <param name="ProgressDeadline">How long pods may take to become ready, or a raise of weight may be refused, before the rollout is
/// aborted. Default 10 minutes.</param>
/// <param name="IsPaused"><c>spec.paused</c>: nothing advances while it is set; an abort still works.</param>
public sealed record RolloutSpec(
    TrafficSpec Traffic,
    string? Revision,
    EquatableArray<Step> Steps,
    BackgroundAnalysis? Analysis,
    TimeSpan ProgressDeadline,
    bool IsPaused)
{
    /// <summary><c>strategy.canary.analysis.alpha</c>: false rollbacks allowed per rollout, split over its sequential metrics. Above 0 and
    /// below 1. Default 0.01.</summary>
    public double Alpha { get; init; } = global::Canary.Core.Analysis.Comparison.DefaultAlpha;

    /// <summary><c>strategy.canary.analysis.onTrafficMismatch</c>: what happens where the canary's share of the requests stays off its
    /// weight. Default <see cref="TrafficMismatchAction.Report"/>.</summary>
    public TrafficMismatchAction OnTrafficMismatch { get; init; }

    /// <summary><c>spec.workload</c>: the one workload that both sides run; null: each side is a workload of its own, or none.</summary>
    public CopiedWorkload? Workload { get; init; }

    /// <summary><c>spec.dependsOn</c>: Rollouts that are promoted before this one begins.</summary>
    public EquatableArray<RolloutDependency> DependsOn { get; init; }

    /// <summary><c>spec.group</c>: Rollouts that belong together; null: it belongs to none.</summary>
    public ReleaseGroup? Group { get; init; }

    /// <summary><c>spec.workload</c> of another kind than Deployment: the set whose pods are the two sides; null: there is none.</summary>
    public SetWorkload? Set { get; init; }

    /// <summary><c>strategy.canary.preAnalysis</c>: must be Successful before the first step; null for none.</summary>
    public Analysis.AnalysisReference? PreAnalysis { get; init; }

    /// <summary><c>strategy.canary.postAnalysis</c>: runs when the canary has all the traffic, and can still roll the release back; null
    /// for none.</summary>
    public Analysis.AnalysisReference? PostAnalysis { get; init; }

    /// <summary><c>strategy.abTest</c> or <c>strategy.mirror</c>, which makes the steps; null: another strategy.</summary>
    public TestStrategy? Test { get; init; }

    /// <summary><c>strategy.blueGreen</c>, which makes the steps; null: another strategy.</summary>
    public BlueGreenStrategy? BlueGreen { get; init; }

    /// <summary><c>spec.skipAnalysis</c>: a revision that begins now gets all the traffic without steps and without analysis.</summary>
    public bool SkipsAnalysis { get; init; }

    /// <summary><c>spec.rollbackWindow.revisions</c>: a return to one of the last so many promoted revisions has neither steps nor
    /// analysis. 1 to <see cref="MostRollbackWindow"/>; null: every return has.</summary>
    public int? RollbackWindow { get; init; }

    /// <summary>Largest <see cref="RollbackWindow"/>: the history knows no more.</summary>
    public const int MostRollbackWindow = 10;

    /// <summary><c>spec.alerts</c>: firing alerts that act on the rollout.</summary>
    public EquatableArray<AlertRule> Alerts { get; init; }

    /// <summary><c>strategy.canary.capacity.policy</c>: what happens where a side has too few ready pods for its share of the traffic.
    /// Default <see cref="CapacityPolicy.Require"/>.</summary>
    public CapacityPolicy Capacity { get; init; } = CapacityPolicy.Require;

    /// <summary><c>strategy.canary.capacity.stableReadyThreshold</c> and <c>canaryReadyThreshold</c>: percent of the pods of a side that
    /// must be ready. Default 100 each.</summary>
    public ReadyThresholds ReadyThresholds { get; init; } = ReadyThresholds.Default;

    /// <summary><c>strategy.canary.dynamicStableScale</c>: with one Deployment, stable has no more pods than its share of the traffic needs
    /// while a canary has the rest. Default false: it keeps all of them.</summary>
    public bool IsStableScaled { get; init; }

    /// <summary><c>strategy.canary.unreadyLimit</c>: after so many losses of all its ready pods in an attempt the canary is rolled back. 1
    /// to <see cref="MostUnreadyLimit"/>. Default 3.</summary>
    public int UnreadyLimit { get; init; } = DefaultUnreadyLimit;

    /// <summary>Default of <see cref="UnreadyLimit"/>: more than the drain of a node or two costs a canary of one pod.</summary>
    public const int DefaultUnreadyLimit = 3;

    /// <summary>Largest <see cref="UnreadyLimit"/>.</summary>
    public const int MostUnreadyLimit = 100;

    /// <summary>Default of <see cref="ProgressDeadline"/>, the same as that of a Deployment.</summary>
    public static readonly TimeSpan DefaultProgressDeadline = TimeSpan.FromMinutes(10);

    /// <summary>Path of the strategy in the Rollout.</summary>
    public string StrategyPath => BlueGreen is not null ? "spec.strategy.blueGreen" : $"spec.strategy.{Test?.Field ?? "canary"}";

    /// <summary>Path of <see cref="PreAnalysis"/>.</summary>
    public string PreAnalysisPath => StrategyPath + (BlueGreen is null ? ".preAnalysis" : ".prePromotionAnalysis");

    /// <summary>Path of <see cref="PostAnalysis"/>.</summary>
    public string PostAnalysisPath => StrategyPath + (BlueGreen is null ? ".postAnalysis" : ".postPromotionAnalysis");

    /// <summary>Both sides follow from <c>spec.workload</c>.</summary>
    public bool IsOfOneWorkload => Workload is not null || Set is not null;

    /// <summary>What names its routes: its traffic and, where the numbers of pods are the weight, the Service that clients call.</summary>
    public (TrafficSpec Traffic, string? Service) Routes => (Traffic, Traffic.Router.SharesByPods ? Workload?.ClientService : null);

    /// <summary>True where workloads say what is released: stable runs the analysed template at the end. False: the sides
    /// alternate.</summary>
    public bool PromotesTemplate =>
        Set is not null || (Traffic.NamedStable.Workload is not null && Traffic.NamedCanary.Workload is not null);
}

/// <summary>Analysis that runs beside the steps until the rollout ends.</summary>
/// <param name="Analysis">What is run.</param>
/// <param name="StartingStep">Index of the first step during which it runs. Default 0.</param>
public sealed record BackgroundAnalysis(AnalysisReference Analysis, int StartingStep);

/// <summary>What happens where a side has too few ready pods for its share of the traffic. Source:
/// <c>strategy.canary.capacity.policy</c>.</summary>
public enum CapacityPolicy
{
    /// <summary>The raise waits for the pods, and the progress deadline runs meanwhile. The default.</summary>
    Require,

    /// <summary>The raise goes on, and an Event and a condition say so.</summary>
    Warn,

    /// <summary>Pods are not compared: those of one side are larger than those of the other, say.</summary>
    Ignore,
}

/// <summary><c>onTrafficMismatch</c>.</summary>
public enum TrafficMismatchAction
{
    /// <summary>A condition and an Event say so, and nothing else happens. The default.</summary>
    Report,

    /// <summary>The rollout holds until the share is right.</summary>
    Pause,

    /// <summary>The canary is rolled back.</summary>
    Abort,
}

/// <summary>What becomes of the traffic when the Rollout is deleted. Source: <c>spec.deletionPolicy</c>.</summary>
public enum DeletionPolicy
{
    /// <summary>It returns to stable first. The default.</summary>
    Restore,

    /// <summary>The weights stay as they are; only the claims are taken off.</summary>
    Orphan,
}

/// <summary>A label that tells the pods of the two sides apart, with the value that each side's pod template had when the rollout was
/// accepted.</summary>
/// <param name="Name">The label's key.</param>
/// <param name="First">Value in the template of <c>spec.traffic.stable.workload</c>; null: the template does not have it.</param>
/// <param name="Second">Value in the template of <c>spec.traffic.canary.workload</c>; null: the template does not have it.</param>
public sealed record SideLabel(string Name, string? First, string? Second)
{
    /// <summary>Both sides have a value of their own: a selector that names one of the values names a side.</summary>
    public bool NamesSides => First is not null && Second is not null && First != Second;
}
