using Canary.Core.Rollouts;
using static Canary.Kubernetes.Resources.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>The status of the kind Rollout.</summary>
internal static class RolloutStatusResource
{
    internal static readonly Schema RunPhase = Choice("Where it stands.", "Pending", "Running", "Successful", "Failed", "Inconclusive", "Error");

    private static readonly Schema Message = Text("For a person.", 32768);

    private static readonly Schema Hold = Object(
        "Why it does not advance.",
        Required("reason", Choice("Kind of cause.", Names<HoldReason>())),
        Required("since", Time("Since when.")),
        Optional("message", Message));

    private static readonly Schema Abort = Object(
        "Why it was taken back.",
        Required("reason", Choice("Kind of cause.", Names<AbortReason>())),
        Required("since", Time("When it was decided.")),
        Optional("message", Message),
        Optional("weight", Percent("Weight of the canary when it was decided.")));

    private static readonly Schema LastRequest = Object(
        "The last request of a person that was carried out or refused.",
        Required("id", Text("The request's id.", 253)),
        Optional("action", Choice("What was asked.", "promote", "promoteFull", "abort", "retry", "pause", "resume")),
        Optional("by", Text("Who asked.")),
        Required("at", Time("When it was handled.")),
        Required("carriedOut", Flag("False: it was refused.")),
        Optional("message", Message));

    private static readonly Schema Run = Object(
        "One analysis run of this attempt.",
        Required("revision", Text("The canary revision.", 63)),
        Required("attempt", Integer("Which attempt of this revision, from 1.")),
        Optional("step", Integer("Index of the analysis step; none: the background run, or that of edge.")),
        Optional("edge", Choice("The run before the first step, or after the last.", "pre", "post")),
        Required("phase", RunPhase),
        Optional("message", Message),
        Optional("overruled", Flag("A person promoted past it.")));

    private static readonly Schema OverruledAlert = Object(
        "An alert that a person went on past.",
        Optional("labels", List("All its labels.", Object("A label.", Required("name", Text("Its name.")), Required("value", Text("Its value.", 32768))), 128)),
        Required("since", Time("Since when it fired.")),
        Required("at", Time("When the person went on.")));

    private static readonly Schema HistoryEntry = Object(
        "A revision that ended.",
        Required("revision", Text("The revision.", 63)),
        Required("outcome", Choice("How it ended.", "Promoted", "RolledBack", "Superseded", "Withdrawn")),
        Optional("attempt", Integer("Which attempt of this revision, from 1.", 1)),
        Required("startedAt", Time("When its rollout began.")),
        Required("endedAt", Time("When it ended.")),
        Required("highestWeight", Percent("The largest share of the traffic that it had.")),
        Optional("reason", Message with { Description = "Why it ended so." }),
        Optional("evidence", List("The verdicts that decided it, with their numbers.", Message, 64)));

    private static readonly Schema StableChange = Object(
        "Somebody else changed the pod template of stable's workload.",
        Required("expected", Text("The revision that it is to run.", 63)),
        Required("revision", Text("The revision that it runs.", 63)),
        Optional("by", Text("The field manager that changed it last, and how.")),
        Optional("at", Time("When it was changed.")));

    private static readonly Schema RevisionScheme = Object(
        "How the revisions are made from pod templates, fixed when the rollout was accepted.",
        Required("version", Integer("Version of the hash, from 1.", 1)),
        Optional("sideLabels", List(
            "The labels that tell the pods of the two sides apart: they belong to the sides and are not released.",
            Object(
                "A label.",
                Required("name", Text("Its key.", 317)),
                Optional("stable", Text("Its value in the template of spec.traffic.stable.workload.", 63)),
                Optional("canary", Text("Its value in the template of spec.traffic.canary.workload.", 63))),
            128)));

    private static readonly Schema Condition = Object(
        "A condition in the form of kstatus.",
        Required("type", Choice("Which.", Names<ConditionType>())),
        Required("status", Choice("Whether it holds.", "True", "False", "Unknown")),
        Optional("reason", Text("One word in CamelCase.")),
        Optional("message", Message),
        Optional("observedGeneration", Long("The generation of the spec that it was decided from.")),
        Required("lastTransitionTime", Time("When the status last changed.")));

    internal static readonly Schema Status = Object(
        "How far the rollout is. Written by the controller alone.",
        Optional("phase", Choice(
            "Where the rollout stands.", "Initializing", "Healthy", "Progressing", "Paused", "Promoting", "RollingBack", "RolledBack", "Degraded")),
        Optional("message", Message with { Description = "What is happening and why." }),
        Optional("observedGeneration", Long("The generation of the spec that this status speaks of.")),
        Optional("observedWorkloads", Object(
            "The workloads that this status was decided from: a change of a newer generation is not in it yet.",
            Optional("stable", ObservedWorkload("stable")),
            Optional("canary", ObservedWorkload("canary")))),
        Optional("stableRevision", Text("The revision that carries the traffic when nothing is being released.", 63)),
        Optional("canaryRevision", Text("The revision being released, or the last one that was.", 63)),
        Optional("promotedRevision", Text("The revision that was written into stable's workload last.", 63)),
        Optional("stableChange", StableChange),
        Optional("revisionScheme", RevisionScheme),
        Optional("stableSide", Choice("The side of spec.traffic that has the role of stable.", "stable", "canary")),
        Optional("step", Text("The step in force, of how many.", 32)),
        Optional("currentStepIndex", Integer("Index of the step in force; the number of steps when all are done.", 0)),
        Optional("stepStartedAt", Time("When the step in force took effect.")),
        Optional("startedAt", Time("When this revision's rollout began.")),
        Optional("firstTrafficAt", Time("When this revision first had confirmed traffic.")),
        Optional("waitingSince", Time(
            "Since when it has been waiting for pods or for a route; the progress deadline runs on it alone. Time in which the controller did not watch moves it forward.")),
        Optional("waitObservedAt", Time("Up to when that wait is known to have been watched.")),
        Optional("canaryReadiness", Object(
            "How often the canary lost its ready pods in this attempt, and how long it was unready in this step.",
            Optional("losses", Integer("Times that it lost all its ready pods; unreadyLimit of them roll it back.", 0)),
            Optional("readyPods", Integer("Ready pods when all were last ready; 0 after a loss.", 0)),
            Optional("step", Integer("Index of the step that unreadyBefore belongs to.", 0)),
            Optional("unreadyBefore", Duration("How long it was unready in this step, before unreadySince. progressDeadline of unready time in a step rolls it back.")),
            Optional("unreadySince", Time("Since when it is unready. Time in which the controller did not watch moves it forward.")),
            Optional("observedAt", Time("Up to when that is known to have been watched.")))),
        Optional("weights", Object(
            "The canary's weight in percent of the stable and canary share of the routes.",
            Optional("desired", Percent("What the step in force asks for.")),
            Optional("previous", Percent("What was desired before.")),
            Optional("applied", Percent("What every route object shows; none where they differ.")),
            Optional("highest", Percent("The largest share that every route showed for this attempt.")))),
        Optional("accepted", RolloutResource.Spec.Relaxed() with { Description = "The spec in force for the running rollout." }),
        Optional("restarting", Flag("The weight goes back to 0 before the first step.")),
        Optional("beforeSteps", Flag("The analysis before the first step is to pass.")),
        Optional("promotedInFull", Flag("A person skipped all that was left.")),
        Optional("hold", Hold),
        Optional("abort", Abort),
        Optional("promotion", Choice("How far the promotion is.", "ConfirmingFull", "Verifying", "UpdatingStable", "ReturningTraffic")),
        Optional("attempt", Integer("How many times this revision was tried, from 1.", 1)),
        Optional("lastRequest", LastRequest),
        Optional("analysis", List("The analysis runs of this attempt.", Run, 128)),
        Optional("overruledAlerts", List("The alerts that a person went on past in this rollout.", OverruledAlert, 16)),
        Optional("writeSequence", Long("Number of the weight that is wanted: rises with each other weight and with each abort, and is a part of the claim on every routed object.")),
        Optional("fencedSequence", Long("The last write sequence that every routed object carried: what was sent before it is refused.")),
        Optional("templateSequence", Long("The write sequence under which the analysed template was sent to stable's workload, while that write may still arrive.")),
        Optional("weightFights", Integer("Times in a row that another hand changed the weights.", 0)),
        Optional("foughtAt", Time("When the weights were last written against another hand.")),
        Optional("refusalToldAt", Time("When people were last told that the routes refuse to go back to 0.")),
        Optional("history", List("The last ten revisions that ended, newest first.", HistoryEntry, 10)),
        Optional("conditions", List("Conditions in the form of kstatus.", Condition, 16, "type")));

    private static Schema ObservedWorkload(string side) => Object(
        $"The workload of spec.traffic.{side}.",
        Required("name", Text("Its name.", 253)),
        Required("uid", Text("Its metadata.uid.", 253)),
        Required("generation", Long("Its metadata.generation.")));

    // A name that the controller has and the schema has not would have every status refused.
    private static string[] Names<T>()
        where T : struct, System.Enum => System.Enum.GetNames<T>();
}
