using static Canary.Kubernetes.Resources.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>Metrics: as a template writes them, with arguments, and as a run holds them, resolved. One shape; a run's durations and counts are no templates.</summary>
internal static class MetricResource
{
    private static readonly Schema SecretKey = Object(
        "A key of a Secret: in the namespace of the AnalysisRun.",
        Required("name", RequiredText("Name of the Secret.", 253)),
        Required("key", RequiredText("Key in the Secret.", 253)));

    private static readonly Schema Authentication = OneOf(
        "How to authenticate: exactly one of its fields.",
        Optional("bearer", SecretValue("A token, sent as Authorization: Bearer.")),
        Optional("basic", Object(
            "User and password, sent as Authorization: Basic.",
            Required("username", SecretValue("The user.")),
            Required("password", SecretValue("The password.")))));

    private static readonly SchemaProperty[] Connection =
    [
        Optional("address", Text("Base address, with a path prefix where there is one; none: the one that the controller was started with.", 2048)),
        Optional("timeout", TemplateDuration("Longest time to wait for an answer. Default 30s.")),
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
                "Makes it a range query that ends at the evaluation time.",
                Required("length", TemplateDuration("How far back.")),
                Required("step", TemplateDuration("Resolution.")))),
            .. Connection,
        ]);

    private static readonly Schema Red = Object(
        "Rate, errors or duration of the canary side without PromQL.",
        [
            Required("preset", RequiredText("Which series are asked: istio-workload, istio-service or istio-version.", 63)),
            Required("signal", Choice("Requests a second, share of failed requests (0 to 1), or a quantile of the duration in milliseconds.", "requests", "errors", "duration")),
            Optional("quantile", new Schema(SchemaType.NumberOrString, "For duration: 0 to 1; may be an argument. Default 0.99.")),
            Optional("window", TemplateDuration("Range of the rate. Default 1m.")),
            Optional("subject", new Schema(SchemaType.Object, "Values of the preset's placeholders (ns, svc, workload, subset_ver); what is not given is taken from the Rollout's canary side.")
            {
                Values = Text("A value."),
                MaxProperties = 16,
            }),
            .. Connection,
        ]);

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
        Required("provider", OneOf("What is asked: exactly one of its fields.", Optional("prometheus", Prometheus), Optional("red", Red))));

    internal static readonly Schema Metrics = RequiredList("The metrics.", Metric, 32, "name");

    private static Schema SecretValue(string description) => OneOf(
        description + " Exactly one of its fields.",
        Optional("value", Text("The value itself.", 16384)),
        Optional("secretKeyRef", SecretKey));
}
