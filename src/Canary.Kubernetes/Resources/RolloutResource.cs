using System.Linq;
using static Canary.Kubernetes.Resources.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>The kind Rollout, its spec. The status is in <see cref="RolloutStatusResource"/>.</summary>
internal static class RolloutResource
{
    private static readonly Schema Workload = Object(
        "The workload behind this side, in the Rollout's namespace. Name it on both sides or on none.",
        Optional("kind", Choice("Kind of the workload.", "Deployment").WithDefault("Deployment")),
        Required("name", ObjectName("Name of the workload.")));

    private static readonly Schema Istio = Object(
        "Istio: the weights of destinations in VirtualService routes.",
        Required("virtualServices", RequiredList(
            "The VirtualServices that share the requests out, in the Rollout's namespace. All get the same weight.",
            Object(
                "One VirtualService.",
                Required("name", ObjectName("Name of the VirtualService.")),
                Optional("routes", List("Names of its http routes; none: its only http route, named or not.", RequiredText("Name of an http route."), 32))),
            16,
            "name")),
        Optional("destinationRule", Object(
            "The DestinationRule that defines the subsets, where the sides are subsets of one host.",
            Required("name", ObjectName("Name of the DestinationRule.")))));

    private static readonly Schema Traffic = Object(
        "Where the requests go: two sides and the router that shares them out.",
        Optional("stable", Side("The side that carries the traffic between rollouts.")),
        Optional("canary", Side("The side that gets the new version.")),
        Optional("istio", Istio));

    internal static readonly Schema Analysis = Object(
        "Templates to measure by.",
        Required("templates", AnalysisFields.Templates),
        Optional("args", AnalysisFields.Arguments(
            "Values for the arguments of the templates. An argument that is not given has the template's value. The engine gives every template rollout, namespace, "
            + "stable-revision, canary-revision, stable-service, canary-service, stable-workload and canary-workload.",
            hasRollout: true)),
        Optional("onFailed", Choice("What becomes of the rollout when the run fails: abort takes the canary back, pause waits for a person. Default abort.", "abort", "pause")),
        Optional("onInconclusive", Choice("When the run is inconclusive. Default pause.", "pause", "continue", "abort")),
        Optional("onError", Choice(
            "When measurements have no answer: hold lets nothing advance until the next good one; pause and abort decide once errorBudget and consecutiveErrorLimit are both exceeded; continue lets the "
            + "steps go on. Default hold.",
            "hold",
            "pause",
            "abort",
            "continue")),
        Optional("dryRun", AnalysisFields.DryRun),
        Optional("measurementRetention", AnalysisFields.Retention));

    private static readonly Schema Alert = Object(
        "What happens while an alert that matches fires during a rollout. One of matchLabels and matchExpressions is needed.",
        Optional("matchLabels", new Schema(SchemaType.Object, "The labels that the alert has, all of them, with these values; alertname is its name.")
        {
            Values = Text("The value."),
            MinProperties = 1,
            MaxProperties = 32,
        }),
        Optional("matchExpressions", List("Requirements that the alert fulfils besides, all of them.", Object(
            "A requirement on a label. A label that the alert does not have is an empty one.",
            Required("key", RequiredText("Name of the label.")),
            Required("operator", Choice(
                "In and NotIn compare with the values; Exists and DoesNotExist take no values; the values of Matches and DoesNotMatch are regular expressions (RE2) that match the whole value.",
                "In",
                "NotIn",
                "Exists",
                "DoesNotExist",
                "Matches",
                "DoesNotMatch")),
            Optional("values", List("Values, or regular expressions: one of them is enough.", Text("A value, or a regular expression."), 64))), 32)),
        Optional("action", Choice("abort takes the canary back; pause lets nothing advance while it fires. Default abort.", "abort", "pause")),
        Optional("includeExisting", Flag("An alert that was firing before the rollout began counts too. Default false.")),
        Optional("identityLabels", List(
            "The labels that tell this rule's alerts apart, such as alertname and service. Alerts alike in them count as one that fires as long as any of them does, so a label whose value changes "
            + "makes no new alert. Default: all labels.",
            RequiredText("Name of a label."),
            32)));

    private static readonly Schema Step = OneOf(
        "One step: exactly one of its fields.",
        Optional("setWeight", Percent("Share of the traffic that the canary gets, in percent, at most two decimals. Done when every route shows it.")),
        Optional("pause", Object(
            "Wait. The clock starts when every route shows the weight in force, and goes on while the controller is away; a pause that was over by then ends a minute after the controller watches again.",
            Optional("duration", Duration("How long; none: until a person promotes.")))),
        Optional("analysis", Analysis));

    private static readonly Schema Canary = Object(
        "Step by step, with more and more of the traffic.",
        Optional("steps", List("The steps, in order; after the last one the canary is promoted. None: straight to 100 percent.", Step, 100)),
        Optional("capacity", Object(
            "Ready pods as a precondition of traffic: a side needs its share of the larger side's replicas, rounded up, before it gets that share. At 50 percent beside ten pods of stable the canary needs five.",
            Optional("policy", Choice(
                "Require: a raise waits for the pods, and the progress deadline runs meanwhile; so does the return of traffic to stable after a promotion. Warn: it goes on, and an Event and the condition "
                + "CapacitySufficient say so. Ignore: pods are not compared; choose it where those of the canary are larger. A rollback never waits. Default Require.",
                "Require",
                "Warn",
                "Ignore")))),
        Optional("unreadyLimit", Integer(
            "After so many losses of all its ready pods in one attempt the canary is rolled back. A loss is from all pods ready to none ready, while it carries traffic or is analysed before the first step; "
            + "it is counted once, and not where stable has no ready pod either. Read live. Default 3.",
            1,
            100)),
        Optional("preAnalysis", Analysis with { Description = "Analysis before the first step, at weight 0, with the canary's pods ready: the first step waits until it is Successful." }),
        Optional("postAnalysis", Analysis with
        {
            Description = "Analysis when the canary has all the traffic, and before the old version is replaced: it can still take the release back.",
        }),
        Optional("analysis", Analysis with
        {
            Description = "Analysis in the background, from a step to the end of the rollout.",
            Properties =
            [
                .. Analysis.Properties.Select(property => property.Name == "templates" ? property with { IsRequired = false } : property),
                Optional("alpha", Number("False rollbacks allowed per rollout, above 0 and below 1, split over all its sequential metrics. Default 0.01. May stand alone, without templates.", 0, 1)),
                Optional("startingStep", Integer("Index of the first step during which it runs.", 0, 99).WithDefault(0)),
            ],
        }));

    internal static readonly Schema Spec = Object(
        "What is released, where its requests go and how it gets them.",
        Required("traffic", Traffic),
        Optional("workload", Object(
            "One workload, of which the engine keeps the stable copy itself. Not available yet: name the workloads of both sides.",
            Optional("kind", Choice("Kind of the workload.", "Deployment").WithDefault("Deployment")),
            Required("name", ObjectName("Name of the workload.")))),
        Optional("revision", RequiredText("What is released, instead of workloads: a change starts a rollout, and the two sides take turns.", 63)),
        Required("strategy", Object("How the new version gets its traffic.", Required("canary", Canary))),
        Optional("alerts", List("Firing alerts that act on a rollout.", Alert, 32)),
        Optional("progressDeadline", Duration(
            "How long pods may take to become ready, or a raise of the weight may be refused, before the rollout is taken back. Time in which the controller does not watch is not counted.").WithDefault("10m")),
        Optional("deletionPolicy", Choice(
            "What becomes of the traffic when the Rollout is deleted: Restore sends all of it back to stable first, Orphan leaves the weights as they are. Default Restore.", "Restore", "Orphan")),
        Optional("paused", Flag("Nothing advances while it is set; an abort still works.").WithDefault(false)));

    public static readonly CustomResource Definition = new(
        "Rollout",
        "rollouts",
        ["cro"],
        true,
        "Rollout releases a new version of a service a little at a time, watches its metrics, and promotes it or takes it back.",
        Spec,
        RolloutStatusResource.Status,
        [
            new PrinterColumn("Phase", "string", ".status.phase", "Where the rollout stands", false),
            new PrinterColumn("Step", "string", ".status.step", "The step in force, of how many", false),
            new PrinterColumn("Weight", "number", ".status.weights.applied", "Percent of the traffic that every route gives to the canary", false),
            new PrinterColumn("Revision", "string", ".status.canaryRevision", "The revision being released, or the last one that was", false),
            new PrinterColumn("Stable", "string", ".status.stableRevision", "The revision that carries the traffic between rollouts", true),
            new PrinterColumn("Message", "string", ".status.message", "What is happening and why", false),
            new PrinterColumn("Age", "date", ".metadata.creationTimestamp", "Time since it was made", false),
        ]);

    private static Schema Side(string description) => Object(
        description,
        Required("service", ObjectName("Name of the Service in the Rollout's namespace; of the shared host where a subset is given.")),
        Optional("subset", RequiredText("Name of the DestinationRule subset, where the sides are subsets of one host.", 253)),
        Optional("workload", Workload));
}
