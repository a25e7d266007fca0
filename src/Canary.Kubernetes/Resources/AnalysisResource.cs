using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Templates;
using Canary.Core.Statistics;
using Canary.Core.Statistics.Kayenta;
using Canary.Kubernetes.Metrics;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>The kinds AnalysisTemplate, ClusterAnalysisTemplate and AnalysisRun.</summary>
internal static class AnalysisResource
{
    private static readonly PrinterColumn Age = new("Age", "date", ".metadata.creationTimestamp", "Time since it was created", false);

    private static readonly Schema TemplateSpec = Object(
        "Metrics, and the arguments that they use.",
        Optional("args", List(
            "The arguments. Any text of a metric can contain {{args.name}}.",
            Object(
                "One argument.",
                Required("name", RequiredText("Name of the argument.", 253)),
                Optional("value", Text("Default value. Without it, the value must be given.", 4096)),
                Optional("valueFrom", OneOf(
                    "Where the default value comes from.",
                    Optional("secretKeyRef", ConnectionMapping.SecretKey),
                    Optional("fieldRef", AnalysisFields.FieldReference)))),
            64,
            "name")),
        Optional("metrics",
            MetricFields.Metrics with { MinItems = null, Description = "The metrics. Not needed if the template only includes others." }),
        Optional("templates", AnalysisFields.Templates with { MinItems = null, Description = "Templates to include." }),
        Optional("dryRun", AnalysisFields.DryRun),
        Optional("compatibility", MetricFields.CompatibilitySchema),
        Optional("score", AnalysisFields.Score),
        Optional("measurementRetention", AnalysisFields.Retention));

    private static readonly Schema Measurement = Object(
        "One measurement.",
        Required("at", Time("The time that the measurement was due.")),
        Required("finishedAt", Time("When the answer arrived.")),
        Required("phase", RolloutStatusResource.RunPhase),
        Optional("value", Text("The measured value. None without data.", 32768)),
        Optional("samples", new Schema(SchemaType.Number, "Requests, or other samples, that the measurement saw. None if not known.")),
        Optional("odds", new Schema(SchemaType.Number,
            "Sequential comparison: the odds that the canary is worse, or misses its objective, to 1.")),
        Optional("ratio", Object(
            "Sequential comparison: the range of the canary's rate divided by stable's that the evidence does not exclude. It holds at "
                + "every measurement at once. None if it excludes nothing.",
            Required("low", Number("Lower end. 0: none is known.", 0, (decimal)RatioRange.Greatest)),
            Optional("high", Number("Upper end. None: none is known.", 0, (decimal)RatioRange.Greatest)))),
        Optional("rate", Object(
            "Objective: the range of the canary's rate that the evidence does not exclude. It holds at every measurement at once. None "
                + "without requests.",
            Required("low", Number("Lower end.", 0, 1)),
            Required("high", Number("Upper end.", 0, 1)))),
        Optional("interval", Object(
            "95 percent interval of a share, from this measurement alone (Wilson).",
            Required("low", Number("Lower bound.", 0, 1)),
            Required("high", Number("Upper bound.", 0, 1)))),
        Optional("message", Text("Reason of the verdict.", 32768)));

    private static readonly Schema Numbers = List("Logarithms of likelihood ratios.", new Schema(SchemaType.Number, "One of them."), 256);

    private static Schema Real(string description) => new(SchemaType.Number, description);

    private static readonly Schema Counts = List("Errors; or requests slower than each bound.", Long("A count."), 16);

    private static readonly SchemaProperty[] Counted =
    [
        Optional("countedTo", Time("End of the last counted window.")),
        Optional("windows", Integer("Windows with requests on both sides.", 0)),
        Optional("requests", Long("Requests of the canary in these windows.")),
        Optional("stableRequests", Long("Requests of stable in these windows.")),
        Optional("events", Counts with { Description = "Errors of the canary, or its requests slower than each bound." }),
        Optional("stableEvents", Counts with { Description = "Errors of stable, or its requests slower than each bound." }),
        Optional("worse",
            Numbers with { Description = "That the canary is worse: logarithms of the likelihood ratios, one list per bound." }),
        Optional("harmless", Numbers with { Description = "That the canary is not much worse: logarithms of the likelihood ratios." }),
        Optional("placebo", Numbers with { Description = "The same comparison between two halves of stable's pods." }),
        Optional("largest", Numbers with { Description = "Largest addition of one window, or of two short ones in a row, to each number of worse." }),
        Optional("latest", Numbers with { Description = "Addition of the last window to each number of worse." }),
        Optional("shared", Long("Events of the canary in windows in which several of its pods had them.")),
        Optional("spread", Object(
            "How much the two halves of stable differ.",
            Required("squares", Real("Sum of the squared distances.")),
            Required("events", Real("Sum of the events.")),
            Required("squaredEvents", Real("Sum of the squared events.")),
            Optional("first", Real("Events of the first half of late; older windows fade.")),
            Optional("second", Real("Events of the second half of late.")),
            Optional("firstExpected", Real("The first half's part of these events if all pods were equal.")),
            Optional("pods", Integer("Number that tells this set of pods from others.", 0)))),
        Optional("blocks", Integer("Complete blocks of one minute.", 0)),
        Optional("openBlock", Object(
            "The current, incomplete block.",
            Required("seconds", Real("Length so far, in seconds.")),
            Required("bound", Integer("Index of the bound whose events are counted.", 0)),
            Required("requests", Long("Requests of the canary.")),
            Required("events", Long("Events of the canary.")),
            Required("stableRequests", Long("Requests of stable.")),
            Required("stableEvents", Long("Events of stable.")))),
        Optional("ours", Real("Numerator of the rate ratio (Mantel and Haenszel).")),
        Optional("theirs", Real("Denominator of the rate ratio.")),
        Optional("signs", Numbers with { Description = "State of the sign test over blocks." }),
        Optional("ratios", Object(
            "Logarithms of the ratio of the two rates, one for each block.",
            Required("minutes", Integer("Blocks with events.", 0)),
            Required("sum", Real("Their sum.")),
            Required("squares", Real("Sum of their squares.")))),
        Optional("signShown", Flag("Whether the blocks, by their signs and ratios, have shown that the canary is worse.")),
        Optional("expected", new Schema(SchemaType.Number, "Events that a canary as good as stable would have had.")),
        Optional("exposed", Counts with { Description = "Requests of the canary's pods that have the bucket of each bound." }),
        Optional("stableExposed", Counts with { Description = "Requests of stable's pods that have the bucket of each bound." }),
    ];

    private static readonly Schema Evidence = Object(
        "The evidence of a sequential comparison. Each window adds to it.",
        [
            .. Counted,
            Optional("canaryPods", Pods("What each pod of the canary did, or each proxy that counts for it.")),
            Optional("stablePods", Pods("What each pod of stable did, or each proxy that counts for it.")),
            Optional("podBound", Integer("Index of the bound whose events the pods are counted by.", 0)),
            Optional("steps", Object(
                "How much either side changes from window to window.",
                Required("requests", Long("Requests of the canary in the last window.")),
                Required("events", Long("Events of the canary in the last window.")),
                Required("stableRequests", Long("Requests of stable in the last window.")),
                Required("stableEvents", Long("Events of stable in the last window.")),
                Optional("canary", Steps("The steps of the canary.")),
                Optional("stable", Steps("The steps of stable.")))),
            Optional("traffic", Object(
                "The canary's share of the requests, held against the weight.",
                Optional("logs", Numbers with { Description = "State of the test." }),
                Optional("weight", Number("Weight that was in force last, in percent.", 0, 100)),
                Optional("since", Time("Since when it was in force.")),
                Optional("seconds", Real("Seconds that were counted.")),
                Optional("requests", Long("Requests of the canary in them.")),
                Optional("stableRequests", Long("Requests of stable in them.")),
                Optional("findings", Integer("How often the share was found to be off.", 0)),
                Optional("mismatch", Object(
                    "The share stays off.",
                    Required("weight", Number("Weight at which it was found, in percent.", 0, 100)),
                    Required("requests", Long("Requests of the canary.")),
                    Required("stableRequests", Long("Requests of stable.")))))),
            Optional("raises", Integer("How often the canary's part of the requests has risen.", 0)),
            Optional("sinceRaise", Object("What was seen since it rose last.", Counted)),
            Optional("burn", Object(
                "For an objective: how fast the canary burns its error budget.",
                Required("whole", Mixture("Of the whole run: that more requests fail than the objective allows.")),
                Required("recent", Mixture("Of the time since any window: that the budget burns faster than burnRate.")),
                Optional("since", Time("Since when it seems to burn too fast. None if it does not.")),
                Optional("requests", Long("Requests of the canary since then.")),
                Optional("events", Long("Errors among them, or slow requests.")))),
            Optional("gap", Text("What was missing in the last window.", 1024)),
        ]);

    private static Schema Mixture(string description) => Object(
        description,
        Optional("logs", Numbers with { Description = "Logarithms of the weighted likelihood ratios." }),
        Optional("withoutBurst",
            Numbers with { Description = "The same without the worst window, or the worst two in a row if they are short." }),
        Optional("withoutLatest", Numbers with { Description = "The same without the last window." }));

    private static Schema Steps(string description) => Object(
        description,
        Required("squares", Real("Sum of the squared steps, in units of the variance of one event.")),
        Required("pairs", Real("Sum of the events of each two windows in a row.")),
        Required("squaredPairs", Real("Sum of the squares of these sums.")),
        Required("largest", Real("Largest squared step.")),
        Required("largestPair", Real("Events of its two windows.")));

    private static Schema Pods(string description) => List(description, Object(
        "One pod.",
        Required("name", Text("Name of the pod.", 1024)),
        Required("requests", Long("Its counted requests.")),
        Required("events", Long("Errors among them, or slow requests.")),
        Optional("bornAt", Time("When it was scraped first, during its warm-up.")),
        Optional("missingSince", Time("When it was scraped last, if it is not scraped any more."))), PodTally.MostPods);

    private static readonly Schema MetricStatus = Object(
        "State of one metric.",
        Required("name", Text("Name of the metric.", 253)),
        Required("phase", RolloutStatusResource.RunPhase),
        Optional("reason", Choice(
            "What the message rests on. Measured: the last value. Compared: the odds of a sequential comparison. Classified: the judge "
                + "mannWhitney. TooFewSamples: fewer samples than minSamples. NoData: no series, or no finite number. NoAnswer: the source "
                + "did not answer, or its answer cannot be judged. Counted: how many measurements had which verdict. Stopped: the run was "
                + "ended before the metric had a verdict. None if there is no message.",
            [.. System.Enum.GetNames<MetricReason>().Skip(1)])),
        Optional("message", Text("Verdict in words.", 32768)),
        Optional("successful", Integer("Successful measurements.", 0)),
        Optional("failed", Integer("Failed measurements.", 0)),
        Optional("inconclusive", Integer("Inconclusive measurements.", 0)),
        Optional("errors", Integer("Queries that failed.", 0)),
        Optional("consecutiveErrors", Integer("Queries that failed in a row.", 0)),
        Optional("consecutiveFailures", Integer("Failed measurements in a row. Errors do not interrupt them.", 0)),
        Optional("consecutiveSuccesses", Integer("Successful measurements in a row. Errors do not interrupt them.", 0)),
        Optional("consecutiveRefusals", Integer("How many of consecutiveErrors were refusals, which asking again does not mend.", 0)),
        Optional("errorsSince", Time("Due time of the first failed query in a row. None if the last query was answered.")),
        Optional("lastDueAt", Time("Due time of the newest counted measurement.")),
        Optional("evidence", Evidence),
        Optional("classified", Object(
            "Last finding of the judge mannWhitney.",
            Required("as", Choice("The finding.", [.. System.Enum.GetNames<Classification>()])),
            Optional("critical", Flag("Whether it fails the run by itself.")))),
        Optional("threshold", Text("The limit in words, such as limit 1%.", 16384)),
        Optional("sparkline", Text("The last values as a line of blocks. ! is a query without an answer, · one without a number.", 1024)),
        Optional("measurements",
            List("The last ten measurements, or as many as measurementRetention keeps, oldest first.", Measurement,
                TemplateResolver.MostRetained)));

    private static readonly Schema RunStatus = Object(
        "State of the run. Only the controller writes it.",
        Optional("phase", RolloutStatusResource.RunPhase),
        Optional("message", Text("Verdict in words, with the numbers that decided it.", 32768)),
        Optional("stopReason", Text("Why the run was ended before it had a verdict of its own. The message begins with it.", 32768)),
        Optional("startedAt", Time("When the run started.")),
        Optional("endedAt", Time("When the run ended. None while it runs.")),
        Optional("resolved", Object(
            "For a run without a Rollout: the metrics as resolved when the run began. A later change of a template does not change the "
                + "run.",
            Optional("metrics", MetricFields.Metrics with { MinItems = null, MaxItems = 64 }),
            Optional("dryRun", AnalysisFields.DryRun),
            Optional("score", AnalysisFields.Score),
            Optional("measurementRetention", AnalysisFields.Retention))),
        Optional("score", Number("Last score of the metrics with the judge mannWhitney.", 0, 100)),
        Optional("metrics", List("State of each metric.", MetricStatus, 64, "name")));

    private static readonly Schema RunSpec = Object(
        "What to measure. A run of a Rollout has the metrics of its templates with all arguments resolved. A run that you create has "
            + "metrics or templates, and arguments for them.",
        Optional("rollout", Object(
            "The Rollout that the run belongs to, and its place there.",
            Required("name", ObjectName("Name of the Rollout, in the same namespace.")),
            Required("revision", RequiredText("The canary revision.", 63)),
            Required("attempt", Integer("Attempt of this revision, from 1.", 1)),
            Optional("step", Integer("Index of the analysis step. None for the background run and for a run with edge.", 0)),
            Optional("edge", Choice("pre for the run before the first step, post for the run after the last step.", "pre", "post")))),
        Optional("metrics", MetricFields.Metrics with { MinItems = null, MaxItems = 64 }),
        Optional("templates", AnalysisFields.Templates with { MinItems = null }),
        Optional("args", AnalysisFields.Arguments("Values for the arguments of the metrics and templates.", hasRollout: false)),
        Optional("dryRun", AnalysisFields.DryRun),
        Optional("compatibility", MetricFields.CompatibilitySchema),
        Optional("score", AnalysisFields.Score),
        Optional("measurementRetention", AnalysisFields.Retention),
        Optional("terminate", Flag("Ends the run. The measurements so far decide.")));

    public static readonly CustomResource Template = new(
        "AnalysisTemplate", "analysistemplates", ["catpl"], true, "AnalysisTemplate defines what to measure and which values are good.",
        TemplateSpec, null, [Age]);

    public static readonly CustomResource ClusterTemplate = new(
        "ClusterAnalysisTemplate",
        "clusteranalysistemplates",
        ["ccatpl"],
        false,
        "ClusterAnalysisTemplate defines what to measure and which values are good, for use in every namespace.",
        TemplateSpec,
        null,
        [Age]);

    public static readonly CustomResource Run = new(
        "AnalysisRun",
        "analysisruns",
        ["carun"],
        true,
        "AnalysisRun is one run of one or more templates. It holds every measurement with its value, verdict and reason.",
        RunSpec,
        RunStatus,
        [
            new PrinterColumn("Rollout", "string", ".spec.rollout.name", "Rollout that the run belongs to", false),
            new PrinterColumn("Phase", "string", ".status.phase", "Phase of the run", false),
            new PrinterColumn("Message", "string", ".status.message", "Verdict in words", false),
            Age,
        ]);
}
