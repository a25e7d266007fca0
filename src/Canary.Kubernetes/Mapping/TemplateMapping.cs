using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Metrics;

namespace Canary.Kubernetes.Mapping;

/// <summary>AnalysisTemplate and ClusterAnalysisTemplate.</summary>
public static class TemplateMapping
{
    /// <summary>The template, and what cannot be read of it. What its arguments make wrong is found when they are known.</summary>
    public static (AnalysisTemplateSpec Template, EquatableArray<SpecError> Errors) Read(JsonObject document)
    {
        var errors = new List<SpecError>();
        var spec = new FieldReader(document["spec"], "spec", errors);
        if (!spec.IsPresent || (!spec.Has("metrics") && !spec.Has("templates")))
            errors.Add(new SpecError("spec.metrics", "it is missing; at least one metric is needed, or templates that have some"));
        return (ReadSpec(Title(document), spec), errors.ToEquatableArray());
    }

    /// <summary>What a template holds, and an AnalysisRun that was made by hand.</summary>
    internal static AnalysisTemplateSpec ReadSpec(string title, FieldReader spec) => new(
        title,
        spec.Items("args").Select(ArgumentMapping.Read).ToEquatableArray(),
        spec.Items("metrics").Select(MetricFields.ReadTemplate).ToEquatableArray())
    {
        Includes = ReadReferences(spec),
        DryRun = ReadDryRun(spec),
        Retention = ReadRetention(spec),
        Score = ScoreMapping.ReadTemplate(spec),
        Compatibility = spec.Text("compatibility"),
    };

    internal static EquatableArray<TemplateReference> ReadReferences(FieldReader spec) => spec.Items("templates")
        .Select(item =>
            new TemplateReference(item.RequiredText("templateName", "the name of a template is needed"), item.Flag("clusterScope", false)))
        .ToEquatableArray();

    internal static EquatableArray<string> ReadDryRun(FieldReader spec) =>
        spec.Items("dryRun").Select(item => item.RequiredText("metricName", "the name of a metric, or a regular expression, is needed"))
        .ToEquatableArray();

    internal static EquatableArray<MetricRetention> ReadRetention(FieldReader spec) => spec.Items("measurementRetention")
        .Select(item => new MetricRetention(
            item.RequiredText("metricName", "the name of a metric, or a regular expression, is needed"),
            (int)System.Math.Clamp(item.Whole("limit") ?? 0, 0, int.MaxValue)))
        .ToEquatableArray();

    /// <summary>For people: <c>AnalysisTemplate shop/istio-red</c>.</summary>
    public static string Title(JsonObject document)
    {
        // What is not made yet has no more than the beginning of its name.
        var name = Json.Name(document) is { Length: > 0 } own ? own : (Json.Text(document, "metadata", "generateName") ?? "").TrimEnd('-');
        return Json.Namespace(document) is { Length: > 0 } space ? $"{Json.Text(document, "kind")} {space}/{name}"
            : $"{Json.Text(document, "kind")} {name}";
    }
}
