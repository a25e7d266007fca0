using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Red;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>Metrics: as a template writes them, with arguments, and as a run holds them, resolved. One shape; a run's durations and counts
/// are no templates.</summary>
internal static class MetricResource
{
    internal static readonly Schema SecretKey = Object(
        "A key of a Secret in the namespace of the AnalysisRun.",
        Required("name", RequiredText("Name of the Secret.", 253)),
        Required("key", RequiredText("Key in the Secret.", 253)));

    private static readonly Schema Authentication = OneOf(
        "How to authenticate.",
        Optional("bearer", SecretValue("A token, sent as Authorization: Bearer.")),
        Optional("basic", Object(
            "User and password, sent as Authorization: Basic.",
            Required("username", SecretValue("The user.")),
            Required("password", SecretValue("The password.")))),
        Optional("basicAuth", Object(
            "User and password as Argo Rollouts writes them, sent as Authorization: Basic.",
            Required("username", RequiredText("The user; may be an argument from a Secret.", 4096)),
            Required("password", RequiredText("The password; an argument from a Secret.", 4096)))),
        Optional("sigv4", Object(
            "AWS Signature Version 4, for Amazon Managed Service for Prometheus. The controller signs with its own AWS identity.",
            Optional("region", Text("The region; may be an argument. Default: that of the environment.", 256)),
            Optional("profile", Text("A profile of the shared configuration of AWS; may be an argument.", 256)),
            Optional("roleArn", Text("A role to assume first; may be an argument.", 2048)))),
        Optional("oauth2", Object(
            "Client credentials of OAuth 2 (RFC 6749, section 4.4). The token is kept until it expires, and sent as Authorization: Bearer.",
            Required("tokenUrl", RequiredText("Where the token is fetched.", 2048)),
            Required("clientId", RequiredText("The client; may be an argument from a Secret.", 4096)),
            Required("clientSecret", RequiredText("Its secret; an argument from a Secret.", 4096)),
            Optional("scopes", List("Scopes that are asked for.", RequiredText("A scope.", 256), 32)))));

    private static readonly SchemaProperty[] Connection =
    [
        Optional("address", Text("Address of the server, with a path prefix if it has one. Default: the controller's --prometheus.", 2048)),
        Optional("timeout", TemplateDuration(
            $"How long to wait for an answer, at most 5m. Default {GoDuration.Format(ProviderSpec.Prometheus.DefaultTimeout)}.")),
        Optional("authentication", Authentication),
        Optional("headers", List(
            "Headers to send.",
            Object(
                "One header, with value or secretKeyRef.",
                Required("key", RequiredText("Name of the header.", 256)),
                Optional("value", Text("Value.", 4096)),
                Optional("secretKeyRef", SecretKey)),
            32)),
        Optional("insecure", Flag("Whether to accept any certificate of the server. Default false.")),
        Optional("certificateAuthority", SecretValue("PEM bundle of certificate authorities to trust instead of the system's.")),
    ];

    private static readonly Schema Prometheus = Object(
        "A PromQL query.",
        [
            Required("query", RequiredText("The query.", 16384)),
            Optional("rangeQuery", Object(
                "Makes it a range query, either of the last length or from start to end.",
                Optional("length", TemplateDuration("How far back.")),
                Optional("start",
                    new Schema(SchemaType.NumberOrString,
                        "Start: an expression such as now() - duration(\"1h\"), a time such as 2026-01-02T15:04:05Z, seconds since 1970, "
                            + "or now-1h.")),
                Optional("end", new Schema(SchemaType.NumberOrString, "End, written like start. Default now().")),
                Required("step", TemplateDuration("Resolution.")))),
            Optional("samplesQuery",
                RequiredText("Query of one number: how many requests, or other samples, the measurement saw. minSamples needs it.", 16384)),
            .. Connection,
        ]);

    private static readonly Schema Red = Object(
        "Requests, errors or duration of one side, without PromQL.",
        [
            Required("preset",
                RequiredText($"Which metrics to query: {string.Join(", ", RedPreset.All.Select(preset => preset.Key))}.", 256)),
            Required("signal",
                Choice(
                    "What to measure: requests in requests per second, errors as the share of failed requests (0 to 1), duration as a "
                        + "quantile in milliseconds.", "requests", "errors", "duration")),
            Optional("quantile", new Schema(SchemaType.NumberOrString,
                $"Quantile of duration, 0 to 1; may be an argument. Default {NumberText.Format(ProviderSpec.Red.DefaultQuantile)}.")),
            Optional("window", TemplateDuration($"Range of the rate. Default {GoDuration.Format(ProviderSpec.Red.DefaultWindow)}.")),
            Optional("side", Text("Side to measure: canary or stable; may be an argument. Default canary.", 256)),
            Optional("min", new Schema(SchemaType.NumberOrString, "Smallest good value, in the unit of the signal; may be an argument.")),
            Optional("max", new Schema(SchemaType.NumberOrString, "Largest good value, in the unit of the signal; may be an argument.")),
            Optional("subject",
                new Schema(SchemaType.Object,
                    "Values of the preset's placeholders (ns, svc, workload and others). Placeholders without a value here are taken from "
                        + "the Rollout's side.")
            {
                Values = Text("A value."),
                MaxProperties = 16,
            }),
            .. Connection,
        ]);

    private static readonly Schema Compare = Object(
        "Compares the canary with stable instead of with a limit. It needs provider.red with errors or duration.",
        Optional("with", Choice("What the canary is compared with. Default stable.", "stable")),
        Optional("judge",
            Text(
                "How to compare: sequential counts requests on both sides and can be read at any time; mannWhitney compares one value per "
                    + "minute, as Kayenta does; threshold does not compare; may be an argument. Default sequential.", 256)),
        Optional("tolerate",
            new Schema(SchemaType.NumberOrString,
                "How many times stable's rate the canary's rate may be, from 1; may be an argument. Default 1 for errors, 1.1 for "
                    + "durations.")),
        Optional("share",
            new Schema(SchemaType.NumberOrString,
                "This metric's part of the rollout's alpha, above 0 and at most 1; may be an argument. Default: an equal part of what the "
                    + "other metrics leave.")),
        Optional("require",
            Text(
                "What makes a measurement Successful: noHarm (no evidence that the canary is worse, and enough requests) or evidence "
                    + "(that it is not much worse); may be an argument. Default noHarm.", 256)),
        Optional("notWorseThan",
            new Schema(SchemaType.NumberOrString,
                "With evidence: the canary must be shown to be less than this many times as bad as stable; may be an argument. Default 2, "
                    + "or twice tolerate.")),
        Optional("beta",
            new Schema(SchemaType.NumberOrString,
                "With evidence: the probability that a canary that is this much worse passes; may be an argument. "
                    + $"Default {NumberText.Format(Comparison.DefaultBeta)}.")),
        Optional("alpha", new Schema(SchemaType.NumberOrString, "Written by the controller: the metric's part of the rollout's alpha.")),
        Optional("against", Text("Written by the controller: the revision of stable.", 253)),
        Optional("lag", TemplateDuration(
            $"How long after their end windows are read, so that every sample is there. Default {GoDuration.Format(Comparison.DefaultLag)}.")),
        Optional("direction",
            Text("mannWhitney: what is a finding: either, increase or decrease; may be an argument. Default either.", 256)),
        Optional("nanStrategy",
            Text("mannWhitney: points without a value: remove, or replace by 0; may be an argument. Default remove.", 256)),
        Optional("outliers", Text("mannWhitney: keep or remove; may be an argument. Default keep.", 256)),
        Optional("outlierFactor",
            new Schema(SchemaType.NumberOrString,
                "mannWhitney: outliers lie this many interquartile ranges beyond the quartiles; may be an argument. "
                    + $"Default {NumberText.Format(SampleComparison.DefaultOutlierFactor)}.")),
        Optional("effectSize",
            Text("mannWhitney: what the limits below are in: meanRatio or cles; may be an argument. Default meanRatio.", 256)),
        Optional("allowedIncrease",
            new Schema(SchemaType.NumberOrString,
                "mannWhitney: the least effect at which a higher canary is a finding; may be an argument. Default any.")),
        Optional("allowedDecrease",
            new Schema(SchemaType.NumberOrString,
                "mannWhitney: the greatest effect at which a lower canary is a finding; may be an argument. Default any.")),
        Optional("criticalIncrease",
            new Schema(SchemaType.NumberOrString,
                "mannWhitney: the least effect at which a higher canary fails a critical metric; may be an argument. Default any.")),
        Optional("criticalDecrease",
            new Schema(SchemaType.NumberOrString,
                "mannWhitney: the greatest effect at which a lower canary fails a critical metric; may be an argument. Default any.")),
        Optional("critical", Flag("mannWhitney: this metric alone can make the score 0. Default false.")),
        Optional("mustHaveData", Flag("mannWhitney: a side without values is a failure. Default false.")),
        Optional("muted", Flag("mannWhitney: it is shown and not scored. Default false.")),
        Optional("groups",
            List("mannWhitney: the groups of the score that the metric counts in. Default: one group of all that name none.",
                RequiredText("Name of a group.", 253), 16)),
        Optional("lookback", TemplateDuration("mannWhitney: how far back a look goes. Default: to the start of the run.")),
        Optional("bounds",
            List("For duration: the bounds of the histogram that are compared, ascending. Default: those of the preset.",
                TemplateDuration("A bound."), 12)),
        Optional("subject",
            new Schema(SchemaType.Object,
                "Values of the preset's placeholders for stable's side. Placeholders without a value here are taken from the Rollout.")
            {
                Values = Text("A value."),
                MaxProperties = 16,
            }));

    internal static readonly Schema Metric = Object(
        "One metric.",
        Required("name", RequiredText("Name of the metric, unique in its run.", 253)),
        Optional("interval", TemplateDuration("Time between measurements. Without it: one measurement.")),
        Optional("count", TemplateCount("Number of measurements. Without it, and with an interval: until the rollout moves on.")),
        Optional("initialDelay", TemplateDuration("Time before the first measurement. Default 0.")),
        Optional("window", TemplateDuration("How far back one measurement looks. Default: the longest range in the query.")),
        Optional("successCondition", Text("Condition that makes a measurement Successful, such as result[0] >= 0.99.", 4096)),
        Optional("failureCondition", Text("Condition that makes a measurement Failed, such as result[0] < 0.95.", 4096)),
        Optional("failureLimit", TemplateCount("Failed measurements that are allowed. The run fails at one more; -1: never. Default 0.")),
        Optional("inconclusiveLimit",
            TemplateCount("Inconclusive measurements that are allowed. The run is inconclusive at one more. Default 0.")),
        Optional("consecutiveErrorLimit", TemplateCount(
            $"Errors in a row that are allowed. The rollout holds at one more. Default {MetricSpec.DefaultConsecutiveErrorLimit}.")),
        Optional("consecutiveSuccessLimit",
            TemplateCount("Good measurements in a row after which the metric ends as Successful; 0: it goes on. Default 0.")),
        Optional("errorBudget", TemplateDuration(
            $"How long queries may fail without a break before onError decides. Default {GoDuration.Format(MetricSpec.DefaultErrorBudget)}.")),
        Optional("onNoData",
            Text(
                "Verdict of a measurement without data: success, failure, error or inconclusive; may be an argument. Without it: the "
                    + "condition, if it holds without data, else inconclusive.", 256)),
        Optional("compatibility",
            AnalysisFields.Compatibility with
            {
                Description =
                "Whose verdicts this metric has. Default: the compatibility of the template."
            }),
        Optional("minSamples", TemplateCount("Requests that a measurement must have seen. With fewer it is Inconclusive.")),
        Optional("compare", Compare),
        Required("provider", OneOf("Where the value comes from.", Optional("prometheus", Prometheus), Optional("red", Red))));

    internal static readonly Schema Metrics = RequiredList("The metrics.", Metric, 32, "name");

    private static Schema SecretValue(string description) => OneOf(
        description + " Exactly one of its fields.",
        Optional("value", Text("The value itself.", 16384)),
        Optional("secretKeyRef", SecretKey));
}
