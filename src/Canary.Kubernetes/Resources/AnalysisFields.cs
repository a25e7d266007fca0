using Canary.Core.Analysis;
using static Canary.Kubernetes.Resources.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>Fields that templates, runs and Rollouts share.</summary>
internal static class AnalysisFields
{
    internal static readonly Schema FieldReference = Object(
        "A field of the Rollout.",
        Required("fieldPath", RequiredText("Its path: metadata.labels['team'], spec.traffic.canary.service, status.canaryRevision.", 1024)));

    internal static readonly Schema Compatibility = Choice(
        "Whose verdicts the metrics have where they differ: canary, or argo for those of Argo Rollouts on no data, on NaN and on several series, and its first measurement. Default canary.", "canary", "argo");

    internal static readonly Schema Templates = RequiredList(
        "The templates; their metrics make one run.",
        Object(
            "One template.",
            Required("templateName", ObjectName("Name of the AnalysisTemplate, or of the ClusterAnalysisTemplate.")),
            Optional("clusterScope", Flag("A ClusterAnalysisTemplate rather than an AnalysisTemplate of the same namespace. Default false."))),
        16);

    internal static readonly Schema DryRun = List(
        "Metrics that are measured and shown, and decide nothing.",
        Object("One pattern.", Required("metricName", RequiredText("Name of a metric, or a regular expression for whole names.", 1024))),
        64);

    internal static readonly Schema Retention = List(
        "How many measurements are kept; 10 where nothing is said.",
        Object(
            "One pattern.",
            Required("metricName", RequiredText("Name of a metric, or a regular expression for whole names.", 1024)),
            Required("limit", Integer("Measurements that are kept.", 1, TemplateResolver.MostRetained))),
        64);

    internal static readonly Schema Score = Object(
        "What the metrics with the judge mannWhitney must reach together, as in Kayenta.",
        Optional("pass", Number("The last score must be at least this. Default 95.", 0, 100)),
        Optional("marginal", Number("A score of this or less fails at once. Default 75.", 0, 100)),
        Optional("groupWeights", List(
            "Weights of groups; the others share what is left of 100 equally.",
            Object("One weight.", Required("group", RequiredText("Name of the group.", 253)), Required("weight", Number("Its weight in percent.", 0, 100))),
            64,
            "group")));

    private static readonly SchemaProperty SecretKey = Optional("secretKeyRef", MetricResource.SecretKey);

    private static readonly SchemaProperty[] OfRollout =
    [
        Optional("podTemplateHashValue", Choice("Revision of a side: Stable, or Latest for the canary.", "Stable", "Latest")),
        Optional("fieldRef", FieldReference),
    ];

    /// <summary>Arguments that are given.</summary>
    internal static Schema Arguments(string description, bool hasRollout) => List(
        description,
        Object(
            "One argument: value or valueFrom.",
            Required("name", RequiredText("Name of the argument.", 253)),
            Optional("value", Text("Its value.", 4096)),
            Optional("valueFrom", OneOf("Where its value comes from: exactly one of its fields.", hasRollout ? [.. OfRollout, SecretKey] : [SecretKey]))),
        64,
        "name");
}
