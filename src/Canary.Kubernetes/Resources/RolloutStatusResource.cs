using System.Linq;
using Canary.Core.Rollouts;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>The status of the kind Rollout.</summary>
internal static class RolloutStatusResource
{
    internal static readonly Schema RunPhase =
        Choice("Phase of the run.", "Pending", "Running", "Successful", "Failed", "Inconclusive", "Error");

    private static readonly Schema Message = Text("Explanation for people.", 32768);

    private static readonly Schema Hold = Object(
        "Why the rollout does not advance.",
        Required("reason", Choice("Cause.", Names<HoldReason>())),
        Required("since", Time("When the hold began.")),
        Optional("message", Message));

    private static readonly Schema Abort = Object(
        "Why the rollout is or was rolled back.",
        Required("reason", Choice("Cause.", Names<AbortReason>())),
        Required("since", Time("When the rollback was decided.")),
        Optional("message", Message),
        Optional("weight", Percent("Weight of the canary at that time.")));

    private static readonly Schema LastRequest = Object(
        "The last request (promote, abort, ...) that was carried out or refused.",
        Required("id", Text("The request's id.", 253)),
        Optional("action", Choice("The requested action.", [.. Names<RequestAction>().Select(FieldReader.Camel)])),
        Optional("by", Text("User who asked.")),
        Required("at", Time("When it was handled.")),
        Required("carriedOut", Flag("Whether the request was carried out; false if it was refused.")),
        Optional("message", Message));

    private static readonly Schema Run = Object(
        "One analysis run of this attempt.",
        Required("revision", Text("The canary revision.", 63)),
        Required("attempt", Integer("Attempt of this revision, from 1.")),
        Optional("step", Integer("Index of the analysis step. None for the background run and for a run with edge.")),
        Optional("edge", Choice("pre for the run before the first step, post for the run after the last step.", "pre", "post")),
        Required("phase", RunPhase),
        Optional("message", Message),
        Optional("overruled", Flag("Whether a person promoted past the run.")));

    private static readonly Schema OverruledAlert = Object(
        "An alert that a person promoted or resumed past.",
        Optional("labels",
            List("All labels of the alert.",
                Object("One label.", Required("name", Text("Name.")), Required("value", Text("Value.", 32768))), 128)),
        Required("since", Time("When the alert began to fire.")),
        Required("at", Time("When the person promoted or resumed.")));

    private static readonly Schema HistoryEntry = Object(
        "A revision whose rollout ended.",
        Required("revision", Text("The revision.", 63)),
        Required("outcome", Choice("How it ended.", "Promoted", "RolledBack", "Superseded", "Withdrawn")),
        Optional("attempt", Integer("Attempt of this revision, from 1.", 1)),
        Required("startedAt", Time("When its rollout began.")),
        Required("endedAt", Time("When it ended.")),
        Required("highestWeight", Percent("Highest weight that every route showed for it.")),
        Optional("reason", Message with { Description = "Why it ended." }),
        Optional("stableRevision", Text("The revision that was stable meanwhile. An undo of a promoted revision goes back to it.", 63)),
        Optional("evidence", List("The verdicts that decided it, with their numbers.", Message, 64)));

    private static readonly Schema StableChange = Object(
        "A change of stable's pod template that Canary did not make.",
        Required("expected", Text("The revision that was promoted.", 63)),
        Required("revision", Text("The revision that stable runs.", 63)),
        Optional("by", Text("The field manager that changed it last, and how.")),
        Optional("at", Time("When it was changed.")));

    private static readonly Schema RevisionScheme = Object(
        "How revisions are computed from pod templates. Fixed when the rollout is accepted.",
        Required("version", Integer("Version of the hash, from 1.", 1)),
        Optional("sideLabels", List(
            "Labels that tell the pods of the two sides apart. They belong to the side and are not released.",
            Object(
                "One label.",
                Required("name", Text("Key of the label.", 317)),
                Optional("stable", Text("Value in the pod template of spec.traffic.stable.workload.", 63)),
                Optional("canary", Text("Value in the pod template of spec.traffic.canary.workload.", 63))),
            128)),
        Optional("configuration", List(
            "ConfigMaps and Secrets whose content is a part of the revision, such as ConfigMap/checkout.",
            Text("Kind and name.", 317), 256)),
        Optional("key", Text("Which key of the controller their content was hashed with.", 63)));

    private static readonly Schema Condition = Object(
        "One condition.",
        Required("type", Choice("Type of the condition.", Names<ConditionType>())),
        Required("status", Choice("Status of the condition.", "True", "False", "Unknown")),
        Optional("reason", Text("Reason in CamelCase.")),
        Optional("message", Message),
        Optional("observedGeneration", Long("metadata.generation that the condition was decided from.")),
        Required("lastTransitionTime", Time("When the status last changed.")));

    internal static readonly Schema Status = Object(
        "State of the rollout. Only the controller writes it.",
        Optional("phase", Choice(
            "Phase of the rollout.", "Initializing", "Healthy", "Progressing", "Paused", "Promoting", "RollingBack", "RolledBack",
            "Degraded")),
        Optional("message", Message with { Description = "What is happening and why." }),
        Optional("observedGeneration", Long("metadata.generation that this status was decided from.")),
        Optional("observedWorkloads", Object(
            "The workloads that this status was decided from. A change with a newer generation is not in it yet.",
            Optional("stable", ObservedWorkload("stable")),
            Optional("canary", ObservedWorkload("canary")))),
        Optional("stableRevision", Text("The stable revision.", 63)),
        Optional("canaryRevision", Text("The revision that is or was last released.", 63)),
        Optional("promotedRevision", Text("The revision that was last written into stable's workload.", 63)),
        Optional("stableChange", StableChange),
        Optional("revisionScheme", RevisionScheme),
        Optional("stableSide",
            Choice("The side of spec.traffic that is stable now. It changes only for Rollouts with spec.revision.", "stable", "canary")),
        Optional("step", Text("Current step and number of steps, such as 2/5. With blueGreen: preview, switching or switched.", 32)),
        Optional("currentStepIndex", Integer("Index of the current step. The number of steps when all are done.", 0)),
        Optional("stepStartedAt", Time("When the current step took effect.")),
        Optional("startedAt", Time("When this revision's rollout began.")),
        Optional("firstTrafficAt", Time("When every route first showed a weight above 0, or a header or mirror route, for this revision.")),
        Optional("waitingSince", Time(
            "When the rollout began to wait for pods or for a route. The progress deadline counts from here. Time while the controller "
                + "was away moves it forward.")),
        Optional("waitObservedAt", Time("Until when the controller is known to have watched this wait.")),
        Optional("evidenceAwaitedSince", Time(
            "When an increase of the weight began to wait for a comparison with stable. evidenceWithin counts from here.")),
        Optional("workload", Object(
            "The two sides of spec.workload.",
            Optional("configuration", Text("Hash of the ConfigMaps and Secrets that the pods of the workload started with.", 63)),
            Optional("stableReplicas", Integer("Replicas that the stable copy last asked for. A copy that has to be made again gets them.", 0)),
            Optional("stableExcessSince", Time(
                "With dynamicStableScale: since when stable has more pods than its share of the traffic needs. They are removed after "
                    + "scaleDownDelay.")),
            Optional("unusedSince", Time("Since when the pods of the workload get no traffic. They are removed after scaleDownDelay.")),
            Optional("scaleDowns", Integer(
                "How often they were removed since the last rollout. If another client adds them again, they stay twice as long each time, "
                    + "up to one hour.", 0)),
            Optional("restartAt", Time("A restart by request that is not seen on the workload yet. Pods older than this are replaced.")),
            Optional("scale", Object(
                "A scale by request. It lasts until the stable copy has the replicas; 0 lasts until the next request.",
                Required("replicas", Integer("Replicas of the service.", 0)),
                Optional("by", Text("User who asked.")),
                Required("at", Time("When it was asked for.")))))),
        Optional("waiting", Object(
            "A new revision that waits for other Rollouts before it begins.",
            Required("revision", Text("The revision.", 63)),
            Required("since", Time("When it began to wait.")),
            Optional("placeSince",
                Time("Since when a place in the group is all that it waits for. Those that wait longest begin first.")))),
        Optional("readyToPromote", Flag("Whether the rollout waits for the others of its group at most.")),
        Optional("rollbackTo", Object(
            "An old pod template that a person asked for, and that the canary side's Deployment does not have yet.",
            Required("revision", Text("The revision that the Deployment gets.", 63)),
            Required("from", Text("The revision that it had. With another one, nothing is written.", 63)),
            Optional("by", Text("User who asked.")),
            Required("at", Time("When it was asked for.")))),
        Optional("undone", Object(
            "The revision that a person undid last. It does not start again by itself.",
            Required("revision", Text("The revision that was undone.", 63)),
            Required("to", Text("The revision that the Deployment got instead.", 63)),
            Optional("by", Text("User who asked.")))),
        Optional("canaryReadiness", Object(
            "How often the canary lost all ready pods in this attempt, and how long it was unready in this step.",
            Optional("losses", Integer("Times that the canary lost all ready pods. unreadyLimit of them roll it back.", 0)),
            Optional("readyPods", Integer("Ready pods when all were last ready. 0 after a loss.", 0)),
            Optional("step", Integer("Index of the step that unreadyBefore counts for.", 0)),
            Optional("unreadyBefore",
                Duration(
                    "How long the canary was unready in this step before unreadySince. As much unready time as progressDeadline rolls it "
                        + "back.")),
            Optional("unreadySince", Time("When the canary became unready. Time while the controller was away moves it forward.")),
            Optional("observedAt", Time("Until when the controller is known to have watched this.")))),
        Optional("weights", Object(
            "The canary's weight, in percent of what the routes send to both sides.",
            Optional("desired", Percent("Weight of the current step.")),
            Optional("previous", Percent("Desired weight before the last change.")),
            Optional("applied", Percent("Weight that every route shows. None while they differ.")),
            Optional("highest", Percent("Highest weight that every route showed in this attempt.")),
            Optional("pods", Object(
                "The ready pods that get the requests, where their numbers are the weight.",
                Optional("canary", Integer("Pods of the canary.", 0)),
                Optional("stable", Integer("Pods of stable.", 0)))))),
        Optional("managedRoutes", ManagedRouteFields.Status.Relaxed()),
        Optional("accepted", RolloutResource.Spec.Relaxed() with { Description = "The spec that the current rollout began with." }),
        Optional("restarting", Flag("Whether the weight returns to 0 before the first step.")),
        Optional("beforeSteps", Flag("Whether the analysis before the first step must still pass.")),
        Optional("evidenceForgone",
            Flag("Whether the canary got all the traffic without the evidence that comparisons ask for, by a person or by onInconclusive.")),
        Optional("skipped", Text("Why this revision goes through neither steps nor analyses.", 1024)),
        Optional("overruledMismatch", Text("The mismatch of the traffic that a person went on past.", 1024)),
        Optional("promotedInFull", Flag("Whether a person skipped all remaining steps (promote --full).")),
        Optional("hold", Hold),
        Optional("abort", Abort),
        Optional("promotion", Choice("Stage of the promotion.", "ConfirmingFull", "Verifying", "UpdatingStable", "ReturningTraffic")),
        Optional("attempt", Integer("Attempt of this revision, from 1.", 1)),
        Optional("lastRequest", LastRequest),
        Optional("analysis", List("The analysis runs of this attempt.", Run, 128)),
        Optional("overruledAlerts", List("Alerts that a person promoted or resumed past in this rollout.", OverruledAlert, 16)),
        Optional("writeSequence",
            Long(
                "Number of the desired weight. It rises with each change and each abort, and is part of the claim on every routed "
                    + "object.")),
        Optional("fencedSequence", Long("The last write sequence that every routed object carries. Older writes are refused.")),
        Optional("templateSequence",
            Long("The write sequence of the template that was sent to stable's workload, while that write may still arrive.")),
        Optional("weightFights", Integer("Times in a row that another client changed the weights.", 0)),
        Optional("foughtAt", Time("When Canary last wrote the weights again after another client changed them.")),
        Optional("refusalToldAt", Time("When an Event last said that the routes refuse weight 0.")),
        Optional("history", List("The last ten revisions whose rollout ended, newest first.", HistoryEntry, 10)),
        Optional("conditions", List("Conditions, as kstatus reads them.", Condition, 16, "type")));

    private static Schema ObservedWorkload(string side) => Object(
        $"The workload of spec.traffic.{side}.",
        Required("name", Text("Name.", 253)),
        Required("uid", Text("metadata.uid of the workload.", 253)),
        Required("generation", Long("metadata.generation of the workload.")));

    // A name that the controller has and the schema has not would have every status refused.
    private static string[] Names<T>()
        where T : struct, System.Enum => System.Enum.GetNames<T>();
}
