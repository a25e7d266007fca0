using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Units;
using Canary.Kubernetes.Schemas;
using Canary.Kubernetes.Traffic.Registry;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>The kind Rollout, its spec. The status is in <see cref="RolloutStatusResource"/>.</summary>
internal static class RolloutResource
{
    private static readonly Schema Workload = Object(
        "The workload of this side, in the Rollout's namespace. Set it on both sides or on neither.",
        Optional("kind", Choice("Kind of the workload.", "Deployment").WithDefault("Deployment")),
        Required("name", ObjectName("Name of the workload.")));

    private static readonly Schema Traffic = Object(
        "The two sides of the service, and the router that splits the traffic between them.",
        [
            Optional("stable", Side("The side that runs the stable version.", "-stable")),
            Optional("canary", Side("The side that runs the new version.", "-canary")),
            .. RouterRegistry.All.Select(router => Optional(router.Key, router.Schema)),
        ]);

    internal static readonly Schema Analysis = Object(
        "An analysis: which templates to run, and what their verdict does.",
        Required("templates", AnalysisFields.Templates),
        Optional("args", AnalysisFields.Arguments(
            "Values for the arguments of the templates. An argument without a value here has the template's value. Canary sets rollout, "
                + "namespace, stable-revision, "
            + "canary-revision, stable-service, canary-service, stable-workload and canary-workload.",
            hasRollout: true)),
        Optional("onFailed",
            Choice("What happens when the run fails: abort rolls the canary back, pause waits for a person. Default abort.", "abort",
                "pause")),
        Optional("onInconclusive",
            Choice(
                "What happens when the run is inconclusive: pause waits for a person, continue counts the run as passed, abort rolls the "
                    + "canary back. Default pause.", "pause", "continue", "abort")),
        Optional("evidenceWithin",
            Duration(
                "How long an increase of the weight waits for a comparison with stable that has not seen enough. Then onInconclusive decides: "
                    + "pause waits for a person or for the evidence, continue increases the weight, abort rolls back. 0s (onInconclusive "
                    + $"decides at once) to {GoDuration.Format(VerdictPolicy.LongestEvidenceWithin)}. "
                    + $"Default {GoDuration.Format(VerdictPolicy.DefaultEvidenceWithin)}.")),
        Optional("onError", Choice(
            "What happens when queries get no answer: hold advances nothing until the next good measurement. pause waits for a person and "
                + "abort rolls back, once "
            + "errorBudget and consecutiveErrorLimit are both exceeded. continue lets the steps go on; the promotion still waits. Default "
            + "hold.",
            "hold",
            "pause",
            "abort",
            "continue")),
        Optional("dryRun", AnalysisFields.DryRun),
        Optional("measurementRetention", AnalysisFields.Retention));

    private static readonly Schema Alert = Object(
        "A rule: what happens while a matching alert fires during a rollout. It needs matchLabels or matchExpressions.",
        Optional("matchLabels",
            new Schema(SchemaType.Object,
                "Labels and values that the alert must have, all of them. The label alertname is the alert's name.")
            {
                Values = Text("The value."),
                MinProperties = 1,
                MaxProperties = 32,
            }),
        Optional("matchExpressions", List("Requirements on the alert's labels, all of which must hold.", Object(
            "A requirement on a label. A label that the alert does not have counts as empty.",
            Required("key", RequiredText("Name of the label.")),
            Required("operator", Choice(
                "How to compare: In and NotIn with the values; Exists and DoesNotExist without values; Matches and DoesNotMatch with "
                    + "regular expressions (RE2) that match the whole value.",
                "In",
                "NotIn",
                "Exists",
                "DoesNotExist",
                "Matches",
                "DoesNotMatch")),
            Optional("values",
                List("Values or regular expressions. One that fits is enough.", Text("A value, or a regular expression."), 64))), 32)),
        Optional("action",
            Choice("What to do: abort rolls the canary back; pause advances nothing while the alert fires. Default abort.", "abort",
                "pause")),
        Optional("includeExisting", Flag("Whether an alert that fired before the rollout began counts too. Default false.")),
        Optional("identityLabels", List(
            "The labels that identify an alert for this rule, such as alertname and service. Alerts with the same values count as one "
                + "alert, which fires as long as any of them does. A label "
            + "whose value changes then makes no new alert. Default: all labels.",
            RequiredText("Name of a label."),
            32)));

    private static readonly Schema Step = OneOf(
        "One step: exactly one of its fields.",
        Optional("setWeight",
            Percent("Weight of the canary in percent, with at most two decimals. The step is done when every route shows it.")),
        Optional("pause", Object(
            "A pause. Its time starts when every route shows the weight, and continues while the controller is away. A pause that ended "
                + "meanwhile lasts one more minute after the controller is back.",
            Optional("duration", Duration("Length of the pause. Without it: until a person promotes.")))),
        Optional("analysis", Analysis),
        Optional("setCanaryScale", OneOf(
            "With spec.workload: pods that the canary has at least, from this step on. The step is done when they are ready. Its share of the "
                + "traffic, and one pod, are never undercut. Exactly one of its fields.",
            Optional("replicas", Integer("Number of pods.", 1, CanaryScale.MostReplicas)),
            Optional("weight", Percent("Percent of the stable copy's replicas, rounded up.")),
            Optional("matchTrafficWeight", Flag("True: its share of the traffic, as without this step.")))),
        Optional("setHeaderRoute", ManagedRouteFields.HeaderRoute),
        Optional("setMirrorRoute", ManagedRouteFields.MirrorRoute));

    private static readonly Schema Ramp = Object(
        "Steps in short, instead of steps: a weight, then every later one, each for the same time. by or factor says how the weight rises.",
        Required("from", Percent("First weight. Whole percent, above 0.")),
        Required("to", Percent("Last weight before the promotion. Whole percent.")),
        Optional("by", Percent("Percent that each step adds.")),
        Optional("factor", Number("What each step multiplies the weight by, above 1 and up to 100, rounded up to whole percent. 2 doubles "
            + "it.", 1, 100)),
        Required("every", Duration("How long each weight lasts.")));

    private static readonly Schema Capacity = Object(
        "Ready pods that a weight needs. A side needs its share of the larger side's replicas, rounded up: at 50 percent beside ten "
            + "stable pods, the canary needs five.",
        Optional("policy", Choice(
            "What happens when pods are missing. Require: the weight increase waits, and the progress deadline runs; the return of "
                + "traffic to stable after a promotion waits too. Warn: the rollout "
            + "continues, with an Event and the condition CapacitySufficient. Ignore: pods are not compared, for canaries with fewer, "
            + "larger pods. A rollback never waits, except with "
            + "dynamicStableScale. Default Require.",
            "Require",
            "Warn",
            "Ignore")),
        Optional("stableReadyThreshold", Integer(
            "Percent of stable's pods that must be ready before stable counts as ready, rounded up. Not with a StatefulSet, a DaemonSet or "
                + "spec.traffic.service. Default 100.", 1, ReadyThresholds.All)),
        Optional("canaryReadyThreshold", Integer(
            "Percent of the canary's pods that must be ready before the canary counts as ready, rounded up. With spec.workload the canary "
                + "then has so many more pods that this part of them bears its share of the traffic: 7 instead of 5 with 80, at most twice as "
                + "many. A weight never exceeds what the ready pods bear. Not with a StatefulSet, a DaemonSet or spec.traffic.service. Default 100.",
            ReadyThresholds.LeastOfCanary, ReadyThresholds.All)));

    private static readonly Schema UnreadyLimit = Integer(
        "How many times the canary may lose all its ready pods in one attempt before it is rolled back. A loss counts while the "
            + "canary has traffic or is analysed before the first step, and only "
        + "while stable has ready pods. A change takes effect at once. Default 3.",
        1,
        100);

    private static readonly Schema Canary = Object(
        "The canary strategy: steps, analyses and limits.",
        Optional("steps",
            List("The steps, in order. After the last one the canary is promoted. Without steps it gets 100 percent at once.", Step, 100)),
        Optional("ramp", Ramp),
        Optional("capacity", Capacity),
        Optional("scaleDownDelay", Duration(
            "With spec.workload: how long the workload keeps its pods after stable has all the traffic again. 0s to 24h; less than "
                + "5s counts as 5s, since proxies follow a route a little later. Default 30s.")),
        Optional("dynamicStableScale", Flag(
            "With spec.workload of kind Deployment: whether stable has no more pods than its share of the traffic needs while the canary "
                + "has the rest. It shrinks when every route shows the shift and scaleDownDelay has passed, and grows before its share "
                + "does. A rollback then waits for stable's pods: see docs/capacity.md. Not with an autoscaler, nor with "
                + "spec.traffic.service. A change takes effect at once. Default false.")),
        Optional("unreadyLimit", UnreadyLimit),
        Optional("preAnalysis",
            Analysis
            with
            {
                Description =
                "Analysis before the first step, at weight 0, once the canary's pods are ready. The first step waits until it is "
                    + "Successful."
            }),
        Optional("postAnalysis", Analysis with
        {
            Description =
                "Analysis while the canary has all the traffic and the old version still runs. If it fails, all traffic returns to stable.",
        }),
        Optional("analysis", Analysis with
        {
            Description = "Analysis in the background, from startingStep to the end of the rollout.",
            Properties =
            [
                .. Analysis.Properties.Select(property => property.Name == "templates" ? property with { IsRequired = false } : property),
                Optional("alpha",
                    Number(
                        "Share of healthy rollouts that may be rolled back by mistake, above 0 and below 1, divided among all sequential "
                            + "metrics of the rollout. Allowed without templates. Default 0.01.", 0, 1)),
                Optional("onTrafficMismatch", Choice(
                    "What happens if the canary's share of the requests, as the sequential metrics count them, stays off its weight by more "
                        + "than a factor of two. report: the condition TrafficMismatch and an Event. pause: the rollout also holds until the "
                        + "share is right. abort: the canary is rolled back. A change takes effect at once. Allowed without templates. "
                        + "Default report.",
                    "report", "pause", "abort")),
                Optional("startingStep", Integer("Index of the first step during which it runs.", 0, 99).WithDefault(0)),
            ],
        }));

    internal static readonly Schema Spec = Object(
        "What the Rollout releases, and how.",
        Required("traffic", Traffic),
        Optional("workload", Object(
            "The workload that your team changes. Of a Deployment, Canary keeps a copy of the stable version beside it, named NAME-stable, and "
                + "scales both. Of a StatefulSet or a DaemonSet, some pods are updated before the others. Without it, name the workload of each "
                + "side in spec.traffic.",
            Optional("kind", Choice("Kind of the workload.", "Deployment", "StatefulSet", "DaemonSet").WithDefault("Deployment")),
            Required("name", ObjectName("Name of the workload, in the Rollout's namespace.")),
            Optional("antiAffinity", Choice(
                "Whether pods of the two sides are kept on different Nodes, so that a Node that fails, or is slow, does not hit both. "
                    + "preferred: if there is another Node. required: always; a pod that finds no Node waits. A change takes effect with the next "
                    + "template that the stable copy gets.", "none", "preferred", "required").WithDefault("none")),
            Optional("pinImages", Flag(
                "Whether the stable copy has the images by the digest that pods of the workload run, from the takeover on, so that a tag "
                    + "which is moved later does not matter. Not for init containers, and not where pods run different digests: an Event "
                    + "says so.")
                .WithDefault(false)),
            Optional("service", ObjectName(
                "Name of the Service that clients call. The Services of both sides get its ports, and it selects the pods of both sides. "
                    + "Default: the Service with the name of the workload, if there is one.")))),
        Optional("revision",
            RequiredText(
                "Name of the revision to release, for sides without workloads. A change starts a rollout; the two sides take turns as "
                    + "stable.", 63)),
        Optional("dependsOn", List(
            "Rollouts whose newest revision is promoted before a new revision of this one begins.",
            Object(
                "One Rollout.",
                Required("name", ObjectName("Name of the Rollout.")),
                Optional("namespace", RequiredText("Its namespace. Default: that of this Rollout.", 63))),
            16)),
        Optional("group", Object(
            "Rollouts of the namespace that belong together: all with the same name here.",
            Required("name", RequiredText("Name of the group.", ReleaseGroup.LongestName)),
            Optional("promoteTogether", Flag(
                "Whether those that are being released wait for each other before the promotion, and one that is rolled back rolls the "
                    + "others back. Default false.")),
            Optional("maxConcurrent", Integer(
                "How many of the group are released at a time. The smallest number that a member has counts. Default: any number.", 1,
                1000)))),
        Required("strategy", OneOf("How the new version gets traffic: exactly one strategy.", Optional("canary", Canary),
            Optional("blueGreen", BlueGreenResource.Strategy(Analysis, Capacity, UnreadyLimit)),
            Optional("abTest", TestStrategyFields.AbTest(Canary)), Optional("mirror", TestStrategyFields.Mirror(Canary)))),
        Optional("skipAnalysis", Flag(
            "Whether a revision that begins now gets all the traffic as soon as its pods are ready, without steps and without analysis, as in "
                + "Flagger. Alerts and capacity count all the same. The history says that nothing was analysed. Default false.")),
        Optional("rollbackWindow", Object(
            "Fast returns, as in Argo Rollouts.",
            Required("revisions", Integer(
                "A return to one of the last so many revisions that were promoted, before the present one, goes through neither steps nor "
                    + "analyses, unless it was rolled back since.", 1, RolloutSpec.MostRollbackWindow)))),
        Optional("alerts",
            List("Rules for alerts that roll the canary back or hold the rollout. A change takes effect at once.", Alert, 32)),
        Optional("progressDeadline", Duration(
            "How long a rollout may wait for pods, or for a route that refuses a weight, before it is rolled back. Time while the "
                + "controller is away does not count.").WithDefault("10m")),
        Optional("deletionPolicy", Choice(
            "What happens to the traffic when the Rollout is deleted: Restore first returns all of it to stable, Orphan leaves the "
                + "weights as they are. Default Restore.", "Restore", "Orphan")),
        Optional("paused", Flag("Whether the rollout is held. An abort still works.").WithDefault(false)));

    public static readonly CustomResource Definition = new(
        "Rollout",
        "rollouts",
        ["cro"],
        true,
        "Rollout releases a new version of a service step by step, watches its metrics, and promotes it or rolls it back.",
        Spec,
        RolloutStatusResource.Status,
        [
            new PrinterColumn("Phase", "string", ".status.phase", "Phase of the rollout", false),
            new PrinterColumn("Step", "string", ".status.step", "Current step, and number of steps", false),
            new PrinterColumn("Weight", "number", ".status.weights.applied", "Percent of the traffic that every route sends to the canary",
                false),
            new PrinterColumn("Revision", "string", ".status.canaryRevision", "Revision that is or was last released", false),
            new PrinterColumn("Stable", "string", ".status.stableRevision", "Stable revision", true),
            new PrinterColumn("Message", "string", ".status.message", "What happens now, and why", false),
            new PrinterColumn("Age", "date", ".metadata.creationTimestamp", "Time since it was created", false),
        ]);

    private static Schema Side(string description, string suffix) => Object(
        description,
        Optional("service",
            ObjectName(
                "Name of the side's Service, in the Rollout's namespace. With subset: the Service of the host that both sides share. With "
                    + $"spec.workload: Canary creates it. Default there: the name of the Service that clients call, and {suffix}.")),
        Optional("subset", RequiredText("Name of the side's subset in the DestinationRule, if the sides are subsets of one host. With "
            + "spec.workload of kind StatefulSet or DaemonSet: Canary makes the DestinationRule.", 253)),
        Optional("workload", Workload));
}
