using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Groups;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>The status of a Rollout.</summary>
public static class RolloutStatusMapping
{
    private const int MostEvidence = 64;
    private const int MostFights = 1000;
    private const int MostLabels = 128;
    private const int LongestName = 1024;
    private const int LongestId = 253;

    /// <summary>The status. Fields that this version does not know are passed over; an absent status is
    /// <see cref="RolloutStatus.New"/>.</summary>
    public static RolloutStatus Read(JsonNode? status) => Read(status, RolloutSpecMapping.ReadAccepted);

    /// <summary>The same with a spec in force that may have been read already.</summary>
    internal static RolloutStatus Read(JsonNode? status, Func<JsonObject?, RolloutSpec?> readAccepted)
    {
        var reader = new FieldReader(status, "status", []);
        if (!reader.IsPresent) return RolloutStatus.New;
        var weights = reader.Child("weights");
        return new RolloutStatus
        {
            Phase = reader.Name<Phase>("phase") ?? Phase.Initializing,
            Message = reader.Text("message") ?? "",
            ObservedGeneration = reader.Whole("observedGeneration") ?? 0,
            ObservedWorkloads = ObservedWorkloadsMapping.Read(reader.Child("observedWorkloads")),
            StableRevision = reader.Short("stableRevision", RunKeyMapping.LongestRevision),
            CanaryRevision = reader.Short("canaryRevision", RunKeyMapping.LongestRevision),
            PromotedRevision = reader.Short("promotedRevision", RunKeyMapping.LongestRevision),
            StableChange = StableChangeMapping.Read(reader.Child("stableChange")),
            RevisionScheme = RevisionSchemeMapping.Read(reader.Child("revisionScheme")),
            StableSide = reader.Text("stableSide") == "canary" ? Side.NamedCanary : Side.NamedStable,
            CurrentStepIndex = reader.Int("currentStepIndex", 0) ?? 0,
            StepStartedAt = reader.Time("stepStartedAt"),
            StartedAt = reader.Time("startedAt"),
            FirstTrafficAt = reader.Time("firstTrafficAt"),
            WaitingSince = reader.Time("waitingSince"),
            WaitObservedAt = reader.Time("waitObservedAt"),
            EvidenceAwaitedSince = reader.Time("evidenceAwaitedSince"),
            WorkloadUnusedSince = reader.Child("workload").Time("unusedSince"),
            WorkloadConfiguration = reader.Child("workload").Short("configuration", RunKeyMapping.LongestRevision),
            StableExcessSince = reader.Child("workload").Time("stableExcessSince"),
            StableReplicas = reader.Child("workload").Int("stableReplicas", 0),
            RestartAt = reader.Child("workload").Time("restartAt"),
            Scale = WorkloadRequestMapping.ReadScale(reader.Child("workload").Child("scale")),
            Waiting = GroupMapping.ReadWaiting(reader.Child("waiting")),
            IsReadyToPromote = reader.Flag("readyToPromote", false),
            RollbackTo = WorkloadRequestMapping.ReadRollback(reader.Child("rollbackTo")),
            Undone = WorkloadRequestMapping.ReadUndone(reader.Child("undone")),
            WorkloadScaleDowns = reader.Child("workload").Int("scaleDowns", 0) ?? 0,
            CanaryReadiness = CanaryReadinessMapping.Read(reader.Child("canaryReadiness")),
            Weights = new WeightStatus(weights.Percent("desired") ?? Weight.Zero, weights.Percent("previous")
                ?? Weight.Zero, weights.Percent("applied"))
            { Pods = ReadPods(weights.Child("pods")) },
            ManagedRoutes = ManagedRouteMapping.ReadStatus(reader.Child("managedRoutes")),
            HighestWeight = weights.Percent("highest") ?? Weight.Zero,
            Accepted = reader.Has("accepted") ? readAccepted(Json.Object(status, "accepted")) : null,
            IsRestarting = reader.Flag("restarting", false),
            IsBeforeSteps = reader.Flag("beforeSteps", false),
            IsPromotedInFull = reader.Flag("promotedInFull", false),
            IsEvidenceForgone = reader.Flag("evidenceForgone", false),
            Skipped = reader.Text("skipped") ?? "",
            OverruledMismatch = reader.Text("overruledMismatch") ?? "",
            Hold = ReadHold(reader.Child("hold")),
            Abort = ReadAbort(reader.Child("abort")),
            Promotion = reader.Name<PromotionStage>("promotion"),
            Attempt = reader.Int("attempt", 1, RunKeyMapping.MostAttempts) ?? 1,
            LastRequest = ReadRequest(reader.Child("lastRequest")),
            Analysis = reader.Items("analysis").Select(ReadRun).ToEquatableArray(),
            OverruledAlerts = reader.Items("overruledAlerts").Select(ReadOverruled).ToEquatableArray(),
            WriteSequence = Math.Clamp(reader.Whole("writeSequence") ?? 0, 0, Engine.Ports.Claim.LargestSequence),
            FencedSequence = Math.Clamp(reader.Whole("fencedSequence") ?? 0, 0, Engine.Ports.Claim.LargestSequence),
            TemplateSequence = reader.Whole("templateSequence"),
            Reassertions = reader.Int("weightFights", 0, MostFights) ?? 0,
            ReassertedAt = reader.Time("foughtAt"),
            RefusalToldAt = reader.Time("refusalToldAt"),
            History = reader.Items("history").Select(ReadHistory).ToEquatableArray(),
            Conditions = reader.Items("conditions").Select(ReadCondition).OfType<Condition>().DistinctBy(condition => condition.Type)
            .ToEquatableArray(),
        };
    }

    /// <summary>The JSON of a status, from which <see cref="Read(JsonNode?)"/> makes an equal one.</summary>
    public static JsonObject Write(RolloutStatus status) =>
        Write(status, status.Accepted is null ? null : RolloutSpecMapping.Write(status.Accepted));

    /// <summary>The same with the JSON of the spec in force, where that is known; null leaves it out.</summary>
    internal static JsonObject Write(RolloutStatus status, JsonNode? accepted) => new JsonObject { ["phase"] = status.Phase.ToString() }
        .PutText("message", status.Message)
        .Put("observedGeneration", status.ObservedGeneration)
        .Put("observedWorkloads", ObservedWorkloadsMapping.Write(status.ObservedWorkloads))
        .Put("stableRevision", status.StableRevision)
        .Put("canaryRevision", status.CanaryRevision)
        .Put("promotedRevision", status.PromotedRevision)
        .Put("stableChange", StableChangeMapping.Write(status.StableChange))
        .Put("revisionScheme", RevisionSchemeMapping.Write(status.RevisionScheme))
        .Put("stableSide", status.StableSide is Side.NamedStable ? "stable" : "canary")
        .PutText("step", StepText(status))
        .Put("currentStepIndex", status.CurrentStepIndex)
        .PutTime("stepStartedAt", status.StepStartedAt)
        .PutTime("startedAt", status.StartedAt)
        .PutTime("firstTrafficAt", status.FirstTrafficAt)
        .PutTime("waitingSince", status.WaitingSince)
        .PutTime("waitObservedAt", status.WaitObservedAt)
        .PutTime("evidenceAwaitedSince", status.EvidenceAwaitedSince)
        .Put("workload", status is
        {
            WorkloadUnusedSince: null, WorkloadScaleDowns: 0, StableReplicas: null, RestartAt: null, Scale: null,
            WorkloadConfiguration: null, StableExcessSince: null
        }
            ? null
            : new JsonObject().Put("configuration", status.WorkloadConfiguration).Put("stableReplicas", status.StableReplicas)
                .PutTime("stableExcessSince", status.StableExcessSince)
                .PutTime("unusedSince", status.WorkloadUnusedSince).Put("scaleDowns", status.WorkloadScaleDowns)
                .PutTime("restartAt", status.RestartAt).Put("scale", WorkloadRequestMapping.WriteScale(status.Scale)))
        .Put("waiting", GroupMapping.Write(status.Waiting))
        .PutFlag("readyToPromote", status.IsReadyToPromote)
        .Put("rollbackTo", WorkloadRequestMapping.WriteRollback(status.RollbackTo))
        .Put("undone", WorkloadRequestMapping.WriteUndone(status.Undone))
        .Put("canaryReadiness", CanaryReadinessMapping.Write(status.CanaryReadiness))
        .Put("weights", new JsonObject()
            .PutWeight("desired", status.Weights.Desired)
            .PutWeight("previous", status.Weights.Previous)
            .PutWeight("applied", status.Weights.Applied)
            .PutWeight("highest", status.HighestWeight)
            .Put("pods", status.Weights.Pods is { } pods ? new JsonObject { ["canary"] = pods.Canary, ["stable"] = pods.Stable } : null))
        .Put("managedRoutes", ManagedRouteMapping.WriteStatus(status.ManagedRoutes))
        .Put("accepted", accepted)
        .PutFlag("restarting", status.IsRestarting)
        .PutFlag("beforeSteps", status.IsBeforeSteps)
        .PutFlag("promotedInFull", status.IsPromotedInFull)
        .PutFlag("evidenceForgone", status.IsEvidenceForgone)
        .PutText("skipped", status.Skipped)
        .Put("overruledMismatch", status.OverruledMismatch.Length == 0 ? null : status.OverruledMismatch)
        .Put("hold", WriteHold(status.Hold))
        .Put("abort", WriteAbort(status.Abort))
        .Put("promotion", status.Promotion?.ToString())
        .Put("attempt", status.Attempt)
        .Put("lastRequest", WriteRequest(status.LastRequest))
        .PutList("analysis", status.Analysis, WriteRun)
        .PutList("overruledAlerts", status.OverruledAlerts, WriteOverruled)
        .Put("writeSequence", status.WriteSequence == 0 ? null : status.WriteSequence)
        .Put("fencedSequence", status.FencedSequence == 0 ? null : status.FencedSequence)
        .Put("templateSequence", status.TemplateSequence)
        .Put("weightFights", status.Reassertions == 0 ? null : status.Reassertions)
        .PutTime("foughtAt", status.ReassertedAt)
        .PutTime("refusalToldAt", status.RefusalToldAt)
        .PutList("history", status.History, WriteHistory)
        .PutList("conditions", status.Conditions, condition => WriteCondition(condition, status.ObservedGeneration));

    /// <summary>For the column of <c>kubectl get</c>; never read back.</summary>
    private static string StepText(RolloutStatus status)
    {
        var count = status.Accepted?.Steps.Count ?? 0;
        if (status is { IsRunning: true, Accepted.BlueGreen: not null }) return BlueGreenText(status);
        return count == 0 || !status.IsRunning ? ""
            : string.Create(CultureInfo.InvariantCulture,
                $"{(status.IsBeforeSteps ? 0 : Math.Min(status.CurrentStepIndex + 1, count))}/{count}");
    }

    private static PodSplit? ReadPods(FieldReader pods) =>
        pods.IsPresent ? new PodSplit(pods.Int("canary", 0) ?? 0, pods.Int("stable", 0) ?? 0) : null;

    private static string BlueGreenText(RolloutStatus status) => status switch
    {
        { Promotion: null } => "preview",
        { Promotion: PromotionStage.ConfirmingFull } when status.Weights.Applied != Weight.Full => "switching",
        _ => "switched",
    };

    private static Hold? ReadHold(FieldReader hold) =>
        hold.IsPresent && hold.Name<HoldReason>("reason") is { } reason
            ? new Hold(reason, hold.Time("since") ?? DateTimeOffset.UnixEpoch, hold.Text("message") ?? "")
            : null;

    private static JsonObject? WriteHold(Hold? hold) =>
        hold is null ? null
        : new JsonObject { ["reason"] = hold.Reason.ToString() }.PutTime("since", hold.Since).PutText("message", hold.Message);

    // An abort of a kind that this version does not know is an abort all the same.
    private static Abort? ReadAbort(FieldReader abort) =>
        abort.IsPresent
            ? new Abort(abort.Name<AbortReason>("reason") ?? AbortReason.Request, abort.Time("since")
                ?? DateTimeOffset.UnixEpoch, abort.Text("message") ?? "", abort.Percent("weight") ?? Weight.Zero)
            : null;

    private static JsonObject? WriteAbort(Abort? abort) =>
        abort is null
            ? null
            : new JsonObject { ["reason"] = abort.Reason.ToString() }.PutTime("since", abort.Since).PutText("message", abort.Message)
            .PutWeight("weight", abort.Weight);

    private static HandledRequest? ReadRequest(FieldReader request) =>
        request.IsPresent
            ? new HandledRequest(
                request.Short("id", LongestId) ?? "",
                request.Name<RequestAction>("action"),
                request.Short("by", LongestName) ?? "",
                request.Time("at") ?? DateTimeOffset.UnixEpoch,
                request.Flag("carriedOut", false),
                request.Text("message") ?? "")
            : null;

    private static JsonObject? WriteRequest(HandledRequest? request) =>
        request is null
            ? null
            : new JsonObject { ["id"] = request.Id }
                .Put("action", request.Action is { } action ? FieldReader.Camel(action.ToString()) : null)
                .PutText("by", request.By)
                .PutTime("at", request.At)
                .Put("carriedOut", request.IsCarriedOut)
                .PutText("message", request.Message);

    private static AnalysisSummary ReadRun(FieldReader run) => new(
        RunKeyMapping.Read(run), run.Name<RunPhase>("phase") ?? RunPhase.Running, run.Text("message") ?? "", run.Flag("overruled", false));

    private static JsonNode WriteRun(AnalysisSummary run) =>
        RunKeyMapping.Write(run.Key).Put("phase", run.Phase.ToString()).PutText("message", run.Message)
        .PutFlag("overruled", run.IsOverruled);

    private static OverruledAlert ReadOverruled(FieldReader alert) => new(
        alert.Items("labels").Select(label => new Label(label.Text("name") ?? "", label.Text("value") ?? "")).ToEquatableArray(),
        alert.Time("since") ?? DateTimeOffset.UnixEpoch,
        alert.Time("at") ?? DateTimeOffset.UnixEpoch);

    private static JsonNode WriteOverruled(OverruledAlert alert) => new JsonObject()
        .PutList("labels", [.. alert.Labels.Take(MostLabels)],
            label => new JsonObject { ["name"] = FieldWriter.Clip(label.Name, LongestName), ["value"] = FieldWriter.Clip(label.Value) })
        .PutTime("since", alert.Since)
        .PutTime("at", alert.At);

    private static HistoryEntry ReadHistory(FieldReader entry) => new(
        entry.Short("revision", RunKeyMapping.LongestRevision) ?? "",
        entry.Name<RolloutOutcome>("outcome") ?? RolloutOutcome.Superseded,
        entry.Time("startedAt") ?? DateTimeOffset.UnixEpoch,
        entry.Time("endedAt") ?? DateTimeOffset.UnixEpoch,
        entry.Percent("highestWeight") ?? Weight.Zero,
        entry.Text("reason") ?? "",
        entry.Texts("evidence").ToEquatableArray(),
        entry.Int("attempt", 1, RunKeyMapping.MostAttempts) ?? 1)
    {
        StableRevision = entry.Short("stableRevision", RunKeyMapping.LongestRevision),
    };

    private static JsonNode WriteHistory(HistoryEntry entry) =>
        new JsonObject { ["revision"] = entry.Revision, ["outcome"] = entry.Outcome.ToString() }
        .Put("stableRevision", entry.StableRevision)
        .Put("attempt", entry.Attempt)
        .PutTime("startedAt", entry.StartedAt)
        .PutTime("endedAt", entry.EndedAt)
        .PutWeight("highestWeight", entry.HighestWeight)
        .PutText("reason", entry.Reason)
        .PutList("evidence", [.. entry.Evidence.Take(MostEvidence)], line => FieldWriter.Clip(line));

    private static Condition? ReadCondition(FieldReader condition) =>
        condition.Name<ConditionType>("type") is { } type
            ? new Condition(
                type,
                condition.Text("status") switch { "True" => true, "False" => false, _ => null },
                condition.Short("reason", LongestName) ?? "",
                condition.Text("message") ?? "",
                condition.Time("lastTransitionTime") ?? DateTimeOffset.UnixEpoch)
            : null;

    // All conditions are decided anew with each status. kubectl wait takes none for true whose generation is behind.
    private static JsonNode WriteCondition(Condition condition, long generation) => new JsonObject
    {
        ["type"] = condition.Type.ToString(),
        ["status"] = condition.IsTrue switch { true => "True", false => "False", null => "Unknown" },
        ["reason"] = condition.Reason,
        ["message"] = FieldWriter.Clip(condition.Message),
        ["observedGeneration"] = generation,
        ["lastTransitionTime"] = FieldWriter.Time(condition.LastTransitionTime),
    };
}
