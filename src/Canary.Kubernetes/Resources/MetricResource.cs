using System.Linq;
using Canary.Core.Analysis;
using static Canary.Kubernetes.Resources.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>Metrics: as a template writes them, with arguments, and as a run holds them, resolved. One shape; a run's durations and counts are no templates.</summary>
internal static class MetricResource
{
    internal static readonly Schema SecretKey = Object(
        "A key of a Secret: in the namespace of the AnalysisRun.",
        Required("name", RequiredText("Name of the Secret.", 253)),
        Required("key", RequiredText("Key in the Secret.", 253)));

    private static readonly Schema Authentication = OneOf(
        "How to authenticate: exactly one of its fields.",
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
            "Signature version 4 of AWS, for Amazon Managed Service for Prometheus; the controller's own identity signs, as the AWS SDK finds it.",
            Optional("region", Text("The region; may be an argument. Default: that of the environment.", 256)),
            Optional("profile", Text("A profile of the shared configuration of AWS; may be an argument.", 256)),
            Optional("roleArn", Text("A role to assume first; may be an argument.", 2048)))),
        Optional("oauth2", Object(
            "Client credentials of OAuth 2 (RFC 6749, section 4.4): a token is fetched, kept until it expires, and sent as Authorization: Bearer.",
            Required("tokenUrl", RequiredText("Where the token is fetched.", 2048)),
            Required("clientId", RequiredText("The client; may be an argument from a Secret.", 4096)),
            Required("clientSecret", RequiredText("Its secret; an argument from a Secret.", 4096)),
            Optional("scopes", List("Scopes that are asked for.", RequiredText("A scope.", 256), 32)))));

    private static readonly SchemaProperty[] Connection =
    [
        Optional("address", Text("Base address, with a path prefix where there is one; none: the one that the controller was started with.", 2048)),
        Optional("timeout", TemplateDuration("Longest time to wait for an answer, at most 5m. Default 30s.")),
        Optional("authentication", Authentication),
        Optional("headers", List(
            "Further headers of the request.",
            Object(
                "One header: key, and value or secretKeyRef.",
                Required("key", RequiredText("Name of the header.", 256)),
                Optional("value", Text("Its value.", 4096)),
                Optional("secretKeyRef", SecretKey)),
            32)),
        Optional("insecure", Flag("Do not verify the server's certificate. Default false.")),
        Optional("certificateAuthority", SecretValue("PEM bundle to trust instead of the system's.")),
    ];

    private static readonly Schema Prometheus = Object(
        "A PromQL query of one's own.",
        [
            Required("query", RequiredText("The query.", 16384)),
            Optional("rangeQuery", Object(
                "Makes it a range query: length back from the evaluation time, or from start to end.",
                Optional("length", TemplateDuration("How far back.")),
                Optional("start", new Schema(SchemaType.NumberOrString, "Its start: an expression as now() - duration(\"1h\"), 2026-01-02T15:04:05Z, seconds since 1970, or now-1h.")),
                Optional("end", new Schema(SchemaType.NumberOrString, "Its end, alike. Default now().")),
                Required("step", TemplateDuration("Resolution.")))),
            Optional("samplesQuery", RequiredText("How many requests, or other samples, the measurement saw, as a query of one number. Needed by minSamples.", 16384)),
            .. Connection,
        ]);

    private static readonly Schema Red = Object(
        "Rate, errors or duration of one side without PromQL.",
        [
            Required("preset", RequiredText($"Which series are asked: {string.Join(", ", RedPreset.All.Select(preset => preset.Key))}.", 256)),
            Required("signal", Choice("Requests a second, share of failed requests (0 to 1), or a quantile of the duration in milliseconds.", "requests", "errors", "duration")),
            Optional("quantile", new Schema(SchemaType.NumberOrString, "For duration: 0 to 1; may be an argument. Default 0.99.")),
            Optional("window", TemplateDuration("Range of the rate. Default 1m.")),
            Optional("side", Text("The side that is measured: canary or stable; may be an argument. Default canary.", 256)),
            Optional("min", new Schema(SchemaType.NumberOrString, "The least value that is good, in the unit of the signal; may be an argument.")),
            Optional("max", new Schema(SchemaType.NumberOrString, "The greatest value that is good, in the unit of the signal; may be an argument.")),
            Optional("subject", new Schema(SchemaType.Object, "Values of the preset's placeholders (ns, svc, workload and others); what is not given is taken from the side of the Rollout.")
            {
                Values = Text("A value."),
                MaxProperties = 16,
            }),
            .. Connection,
        ]);

    private static readonly Schema Compare = Object(
        "Holds the canary against stable instead of a limit; needs provider.red with errors or duration.",
        Optional("with", Choice("What the canary is compared with. Default stable.", "stable")),
        Optional("judge", Text("sequential counts requests on both sides and is valid at every look; mannWhitney compares a value a minute, as Kayenta does; threshold does not compare; may be an argument. Default sequential.", 256)),
        Optional("tolerate", new Schema(SchemaType.NumberOrString, "How many times stable's rate the canary's may be, from 1; may be an argument. Default 1 for errors, 1.1 for durations.")),
        Optional("share", new Schema(SchemaType.NumberOrString, "Part of the rollout's alpha that is this metric's, above 0 and at most 1; may be an argument. Default: an equal part of what the others leave.")),
        Optional("require", Text("What makes a look Successful: noHarm (no evidence of harm, and enough requests) or evidence (that it is not much worse); may be an argument. Default noHarm.", 256)),
        Optional("notWorseThan", new Schema(SchemaType.NumberOrString, "With evidence: shown is that the canary is less than this many times as bad; may be an argument. Default 2, or twice tolerate.")),
        Optional("beta", new Schema(SchemaType.NumberOrString, "With evidence: the chance that a canary which is that much worse passes; may be an argument. Default 0.05.")),
        Optional("alpha", new Schema(SchemaType.NumberOrString, "Written by the controller: the metric's part of the rollout's alpha.")),
        Optional("against", Text("Written by the controller: the revision of stable.", 253)),
        Optional("lag", TemplateDuration("How long after their end windows are read, so that every sample is there. Default 30s.")),
        Optional("direction", Text("mannWhitney: what is a finding: either, increase or decrease; may be an argument. Default either.", 256)),
        Optional("nanStrategy", Text("mannWhitney: points without a value: remove, or replace by 0; may be an argument. Default remove.", 256)),
        Optional("outliers", Text("mannWhitney: keep or remove; may be an argument. Default keep.", 256)),
        Optional("outlierFactor", new Schema(SchemaType.NumberOrString, "mannWhitney: outliers lie this many interquartile ranges beyond the quartiles; may be an argument. Default 3.")),
        Optional("effectSize", Text("mannWhitney: what the limits below are in: meanRatio or cles; may be an argument. Default meanRatio.", 256)),
        Optional("allowedIncrease", new Schema(SchemaType.NumberOrString, "mannWhitney: the least effect at which a higher canary is a finding; may be an argument. Default any.")),
        Optional("allowedDecrease", new Schema(SchemaType.NumberOrString, "mannWhitney: the greatest effect at which a lower canary is a finding; may be an argument. Default any.")),
        Optional("criticalIncrease", new Schema(SchemaType.NumberOrString, "mannWhitney: the least effect at which a higher canary fails a critical metric; may be an argument. Default any.")),
        Optional("criticalDecrease", new Schema(SchemaType.NumberOrString, "mannWhitney: the greatest effect at which a lower canary fails a critical metric; may be an argument. Default any.")),
        Optional("critical", Flag("mannWhitney: this metric alone can make the score 0. Default false.")),
        Optional("mustHaveData", Flag("mannWhitney: a side without values is a failure. Default false.")),
        Optional("muted", Flag("mannWhitney: it is shown and not scored. Default false.")),
        Optional("groups", List("mannWhitney: the groups of the score that the metric counts in. Default: one group of all that name none.", RequiredText("Name of a group.", 253), 16)),
        Optional("lookback", TemplateDuration("mannWhitney: how far back a look goes. Default: to the start of the run.")),
        Optional("bounds", List("For duration: the bounds of the histogram that are compared, ascending. Default: those of the preset.", TemplateDuration("A bound."), 12)),
        Optional("subject", new Schema(SchemaType.Object, "Values of the preset's placeholders for stable's side; what is not given is taken from the Rollout.")
        {
            Values = Text("A value."),
            MaxProperties = 16,
        }));

    internal static readonly Schema Metric = Object(
        "One metric.",
        Required("name", RequiredText("Unique in its run.", 253)),
        Optional("interval", TemplateDuration("Time between measurements; none: one measurement.")),
        Optional("count", TemplateCount("Measurements to take; none with an interval: until the rollout moves on.")),
        Optional("initialDelay", TemplateDuration("Time before the first measurement. Default 0.")),
        Optional("window", TemplateDuration("How far back one measurement looks; none: the longest range in the query.")),
        Optional("successCondition", Text("Expression that makes a measurement Successful: result[0] >= 0.99.", 4096)),
        Optional("failureCondition", Text("Expression that makes a measurement Failed: result[0] < 0.95.", 4096)),
        Optional("failureLimit", TemplateCount("The run fails at one failure more than this; -1: never. Default 0.")),
        Optional("inconclusiveLimit", TemplateCount("The run is inconclusive at one more than this. Default 0.")),
        Optional("consecutiveErrorLimit", TemplateCount("The rollout holds at one error in a row more than this. Default 4.")),
        Optional("consecutiveSuccessLimit", TemplateCount("The metric is Successful, and ends, after this many good measurements in a row; 0: it goes on. Default 0.")),
        Optional("errorBudget", TemplateDuration("How long measurements may fail without a break before onError may decide. Default 5m.")),
        Optional("onNoData", Text("What a measurement without data is: success, failure, error or inconclusive; may be an argument. None: a condition that holds on it stands, anything else is inconclusive.", 256)),
        Optional("compatibility", AnalysisFields.Compatibility with { Description = "Whose verdicts this metric has where they differ. Default: that of the template." }),
        Optional("minSamples", TemplateCount("Requests that a measurement must have seen; with fewer it is Inconclusive.")),
        Optional("compare", Compare),
        Required("provider", OneOf("What is asked: exactly one of its fields.", Optional("prometheus", Prometheus), Optional("red", Red))));

    internal static readonly Schema Metrics = RequiredList("The metrics.", Metric, 32, "name");

    private static Schema SecretValue(string description) => OneOf(
        description + " Exactly one of its fields.",
        Optional("value", Text("The value itself.", 16384)),
        Optional("secretKeyRef", SecretKey));
}
