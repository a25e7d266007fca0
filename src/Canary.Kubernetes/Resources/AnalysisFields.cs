using Canary.Core.Analysis.Templates;
using Canary.Kubernetes.Metrics;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>Fields that templates, runs and Rollouts share.</summary>
internal static class AnalysisFields
{
    internal static readonly Schema FieldReference = Object(
        "A field of the Rollout.",
        Required("fieldPath",
            RequiredText("Path of the field, such as metadata.labels['team'], spec.traffic.canary.service or status.canaryRevision.",
                1024)));

    internal static readonly Schema Templates = RequiredList(
        "The templates. The metrics of all of them make one run.",
        Object(
            "One template.",
            Required("templateName", ObjectName("Name of the AnalysisTemplate, or of the ClusterAnalysisTemplate.")),
            Optional("clusterScope",
                Flag(
                    "Whether it is a ClusterAnalysisTemplate. Otherwise it is an AnalysisTemplate in the same namespace. Default false."))),
        16);

    internal static readonly Schema DryRun = List(
        "Metrics that are measured and shown, but decide nothing.",
        Object("One pattern.",
            Required("metricName",
                RequiredText("Regular expression (RE2) that matches a part of the metric's name, as in Argo Rollouts.", 1024))),
        64);

    internal static readonly Schema Retention = List(
        "How many measurements of a metric are kept. Default 10.",
        Object(
            "One pattern.",
            Required("metricName",
                RequiredText("Regular expression (RE2) that matches a part of the metric's name, as in Argo Rollouts.", 1024)),
            Required("limit", Integer("Number of measurements to keep.", 1, TemplateResolver.MostRetained))),
        64);

    internal static readonly Schema Score = Object(
        "The score that all metrics with the judge mannWhitney must reach together, as in Kayenta.",
        Optional("pass", Number("Least last score of a successful run. Default 95.", 0, 100)),
        Optional("marginal", Number("A score of at most this fails the run at once. Default 75.", 0, 100)),
        Optional("groupWeights", List(
            "Weights of groups. Groups without a weight share the rest of 100 equally.",
            Object("One weight.", Required("group", RequiredText("Name of the group.", 253)),
                Required("weight", Number("Weight in percent.", 0, 100))),
            64,
            "group")));

    private static readonly SchemaProperty SecretKey = Optional("secretKeyRef", ConnectionMapping.SecretKey);

    private static readonly SchemaProperty[] OfRollout =
    [
        Optional("podTemplateHashValue", Choice("The revision of a side: Stable, or Latest for the canary.", "Stable", "Latest")),
        Optional("fieldRef", FieldReference),
    ];

    /// <summary>Arguments that are given.</summary>
    internal static Schema Arguments(string description, bool hasRollout) => List(
        description,
        Object(
            "One argument, with value or valueFrom.",
            Required("name", RequiredText("Name of the argument.", 253)),
            Optional("value", Text("Value.", 4096)),
            Optional("valueFrom", OneOf("Where the value comes from.", hasRollout ? [.. OfRollout, SecretKey] : [SecretKey]))),
        64,
        "name");
}
