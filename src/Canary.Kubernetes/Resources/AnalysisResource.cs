using Canary.Core.Analysis;
using Canary.Core.Statistics;
using static Canary.Kubernetes.Resources.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>The kinds AnalysisTemplate, ClusterAnalysisTemplate and AnalysisRun.</summary>
internal static class AnalysisResource
{
    private static readonly PrinterColumn Age = new("Age", "date", ".metadata.creationTimestamp", "Time since it was made", false);

    private static readonly Schema TemplateSpec = Object(
        "Metrics with arguments.",
        Optional("args", List(
            "The arguments, used as {{args.name}} in any string of the metrics.",
            Object(
                "One argument.",
                Required("name", RequiredText("Its name.", 253)),
                Optional("value", Text("Its value where none is given; none: one must be given.", 4096)),
                Optional("valueFrom", OneOf(
                    "Where its value comes from where none is given: exactly one of its fields.",
                    Optional("secretKeyRef", MetricResource.SecretKey),
                    Optional("fieldRef", AnalysisFields.FieldReference)))),
            64,
            "name")),
        Optional("metrics", MetricResource.Metrics with { MinItems = null, Description = "The metrics; none where the template only includes others." }),
        Optional("templates", AnalysisFields.Templates with { MinItems = null, Description = "Templates whose metrics belong to this one." }),
        Optional("dryRun", AnalysisFields.DryRun),
        Optional("compatibility", AnalysisFields.Compatibility),
        Optional("score", AnalysisFields.Score),
        Optional("measurementRetention", AnalysisFields.Retention));

    private static readonly Schema Measurement = Object(
        "One measurement that was counted.",
        Required("at", Time("The tick that it was taken for.")),
        Required("finishedAt", Time("When the answer came.")),
        Required("phase", RolloutStatusResource.RunPhase),
        Optional("value", Text("The value; none where there was none.", 32768)),
        Optional("samples", new Schema(SchemaType.Number, "Requests, or other samples, that the measurement saw; none: not known.")),
        Optional("odds", new Schema(SchemaType.Number, "Of a sequential comparison: the odds that the canary is worse, to 1.")),
        Optional("interval", Object(
            "Of a share: the 95 percent interval that it lies in, by this look alone (Wilson).",
            Required("low", Number("Lower bound.", 0, 1)),
            Required("high", Number("Upper bound.", 0, 1)))),
        Optional("message", Text("Why the verdict.", 32768)));

    private static readonly Schema Numbers = List("Logarithms of likelihood ratios.", new Schema(SchemaType.Number, "One of them."), 256);

    private static Schema Real(string description) => new(SchemaType.Number, description);

    private static readonly Schema Counts = List("Errors; or requests slower than each bound.", Long("A count."), 16);

    private static readonly Schema Evidence = Object(
        "What a sequential comparison knows: a few numbers to which each window adds.",
        Optional("countedTo", Time("End of the last window that was counted.")),
        Optional("windows", Integer("Windows with requests on both sides.", 0)),
        Optional("requests", Long("Requests of the canary in them.")),
        Optional("stableRequests", Long("Requests of stable.")),
        Optional("events", Counts with { Description = "Errors of the canary, or its requests slower than each bound." }),
        Optional("stableEvents", Counts with { Description = "The same of stable." }),
        Optional("worse", Numbers with { Description = "For worse: logarithms of the likelihood ratios, bound by bound." }),
        Optional("harmless", Numbers with { Description = "For not much worse." }),
        Optional("placebo", Numbers with { Description = "Between two halves of stable." }),
        Optional("largest", Numbers with { Description = "The most that one window added to each number of worse." }),
        Optional("spread", Object(
            "How much the halves of stable differ.",
            Required("squares", Real("Sum of the squared distances.")),
            Required("events", Real("Sum of the events.")),
            Required("squaredEvents", Real("Sum of their squares.")))),
        Optional("blocks", Integer("Blocks of a minute that are whole.", 0)),
        Optional("openBlock", Object(
            "The block that is not.",
            Required("seconds", Real("Its length so far.")),
            Required("bound", Integer("The bound whose events are counted, by its index.", 0)),
            Required("requests", Long("Requests of the canary.")),
            Required("events", Long("Events of the canary.")),
            Required("stableRequests", Long("Requests of stable.")),
            Required("stableEvents", Long("Events of stable.")))),
        Optional("ours", Real("Numerator of the ratio of the rates (Mantel and Haenszel).")),
        Optional("theirs", Real("Its denominator.")),
        Optional("signs", Numbers with { Description = "Of the sign process over blocks." }),
        Optional("signShown", Flag("The minutes have agreed that the canary is worse.")),
        Optional("expected", new Schema(SchemaType.Number, "Events that an equal canary would have had.")),
        Optional("pods", Integer("The most pods of the canary that had events in one window.", 0)),
        Optional("gap", Text("What the last window lacked.", 1024)));

    private static readonly Schema MetricStatus = Object(
        "How far one metric is.",
        Required("name", Text("Name of the metric.", 253)),
        Required("phase", RolloutStatusResource.RunPhase),
        Optional("message", Text("The verdict in words.", 32768)),
        Optional("successful", Integer("Successful measurements.", 0)),
        Optional("failed", Integer("Failed measurements.", 0)),
        Optional("inconclusive", Integer("Inconclusive measurements.", 0)),
        Optional("errors", Integer("Queries that failed.", 0)),
        Optional("consecutiveErrors", Integer("Queries that failed in a row.", 0)),
        Optional("consecutiveFailures", Integer("Failed measurements in a row, errors aside.", 0)),
        Optional("consecutiveSuccesses", Integer("Successful measurements in a row, errors aside.", 0)),
        Optional("consecutiveRefusals", Integer("Those of consecutiveErrors that are no outage: asking again brings the same.", 0)),
        Optional("errorsSince", Time("Tick of the first of the queries that failed in a row; none: the last one was answered.")),
        Optional("lastDueAt", Time("The newest tick that was counted.")),
        Optional("evidence", Evidence),
        Optional("classified", Object(
            "What the judge mannWhitney said last.",
            Required("as", Choice("The finding.", [.. System.Enum.GetNames<Classification>()])),
            Optional("critical", Flag("It fails the run by itself.")))),
        Optional("threshold", Text("What it is held to, in words: limit 1%.", 16384)),
        Optional("sparkline", Text("Its last values as a line of blocks; ! is a query without an answer, · one without a number.", 1024)),
        Optional("measurements", List("The last ones, oldest first: ten, or what measurementRetention asks for.", Measurement, TemplateResolver.MostRetained)));

    private static readonly Schema RunStatus = Object(
        "How far the run is. Written by the controller alone.",
        Optional("phase", RolloutStatusResource.RunPhase),
        Optional("message", Text("The verdict in words, with the numbers that decided it.", 32768)),
        Optional("startedAt", Time("Start of the interval grid.")),
        Optional("endedAt", Time("None: still running.")),
        Optional("resolved", Object(
            "Of a run that was made by hand: what is measured, as it was resolved when the run began. A template that changes or is deleted afterwards changes nothing.",
            Optional("metrics", MetricResource.Metrics with { MinItems = null, MaxItems = 64 }),
            Optional("dryRun", AnalysisFields.DryRun),
            Optional("score", AnalysisFields.Score),
            Optional("measurementRetention", AnalysisFields.Retention))),
        Optional("score", Number("The last score of the metrics with the judge mannWhitney.", 0, 100)),
        Optional("metrics", List("One a metric.", MetricStatus, 64, "name")));

    private static readonly Schema RunSpec = Object(
        "What is measured. A run of a Rollout holds the metrics of its templates with every argument resolved; one made by hand has metrics or templates, and arguments for them.",
        Optional("rollout", Object(
            "The Rollout, and where in it, that the run was made for.",
            Required("name", ObjectName("Name of the Rollout, in the same namespace.")),
            Required("revision", RequiredText("The canary revision.", 63)),
            Required("attempt", Integer("Which attempt of this revision, from 1.", 1)),
            Optional("step", Integer("Index of the analysis step; none: the background run, or that of edge.", 0)),
            Optional("edge", Choice("The run before the first step, or after the last.", "pre", "post")))),
        Optional("metrics", MetricResource.Metrics with { MinItems = null, MaxItems = 64 }),
        Optional("templates", AnalysisFields.Templates with { MinItems = null }),
        Optional("args", AnalysisFields.Arguments("Values for the arguments of the metrics and templates.", hasRollout: false)),
        Optional("dryRun", AnalysisFields.DryRun),
        Optional("compatibility", AnalysisFields.Compatibility),
        Optional("score", AnalysisFields.Score),
        Optional("measurementRetention", AnalysisFields.Retention),
        Optional("terminate", Flag("Ends the run: what was measured so far decides.")));

    public static readonly CustomResource Template = new(
        "AnalysisTemplate", "analysistemplates", ["catpl"], true, "AnalysisTemplate says what is measured and what is good.", TemplateSpec, null, [Age]);

    public static readonly CustomResource ClusterTemplate = new(
        "ClusterAnalysisTemplate",
        "clusteranalysistemplates",
        ["ccatpl"],
        false,
        "ClusterAnalysisTemplate says what is measured and what is good, for every namespace.",
        TemplateSpec,
        null,
        [Age]);

    public static readonly CustomResource Run = new(
        "AnalysisRun",
        "analysisruns",
        ["carun"],
        true,
        "AnalysisRun is one evaluation of one or more templates: every measurement, its value, verdict and reason.",
        RunSpec,
        RunStatus,
        [
            new PrinterColumn("Rollout", "string", ".spec.rollout.name", "The Rollout that it was made for", false),
            new PrinterColumn("Phase", "string", ".status.phase", "Where the run stands", false),
            new PrinterColumn("Message", "string", ".status.message", "The verdict in words", false),
            Age,
        ]);
}
