using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Kubernetes.Mapping;

/// <summary>AnalysisTemplate and ClusterAnalysisTemplate.</summary>
public static class TemplateMapping
{
    /// <summary>The template, and what cannot be read of it. What its arguments make wrong is found when they are known.</summary>
    public static (AnalysisTemplateSpec Template, EquatableArray<SpecError> Errors) Read(JsonObject document)
    {
        var errors = new List<SpecError>();
        var spec = new FieldReader(document["spec"], "spec", errors);
        if (!spec.IsPresent || !spec.Has("metrics")) errors.Add(new SpecError("spec.metrics", "it is missing; at least one metric is needed"));
        var template = new AnalysisTemplateSpec(
            Title(document),
            spec.Items("args").Select(item => new Argument(item.RequiredText("name", "the name of the argument is needed"), item.Text("value"))).ToEquatableArray(),
            spec.Items("metrics").Select(ReadMetric).ToEquatableArray());
        return (template, errors.ToEquatableArray());
    }

    /// <summary>For people: <c>AnalysisTemplate shop/istio-red</c>.</summary>
    public static string Title(JsonObject document) => Json.Namespace(document) is { Length: > 0 } space
        ? $"{Json.Text(document, "kind")} {space}/{Json.Name(document)}"
        : $"{Json.Text(document, "kind")} {Json.Name(document)}";

    private static MetricTemplate ReadMetric(FieldReader metric)
    {
        var provider = metric.Child("provider");
        string[] kinds = [.. new[] { "prometheus", "red" }.Where(provider.Has)];
        if (!provider.IsPresent && !metric.Has("provider")) metric.Fail("provider", "it is missing; prometheus or red is needed");
        else if (kinds.Length != 1) metric.Fail("provider", $"it has {(kinds.Length == 0 ? "none" : "both")} of prometheus and red; exactly one is needed");
        return new MetricTemplate(
            metric.RequiredText("name", "the name of the metric is needed"),
            metric.TextOrNumber("interval"),
            metric.TextOrNumber("count"),
            metric.TextOrNumber("initialDelay"),
            metric.TextOrNumber("window"),
            metric.Text("successCondition"),
            metric.Text("failureCondition"),
            metric.TextOrNumber("failureLimit"),
            metric.TextOrNumber("inconclusiveLimit"),
            metric.TextOrNumber("consecutiveErrorLimit"),
            kinds is ["prometheus"] ? ReadPrometheus(provider.Child("prometheus"), hasQuery: true) : null,
            kinds is ["red"] ? ReadRed(provider.Child("red")) : null);
    }

    private static PrometheusTemplate ReadPrometheus(FieldReader provider, bool hasQuery)
    {
        var range = provider.Child("rangeQuery");
        return new PrometheusTemplate(
            provider.Text("address"),
            hasQuery ? provider.RequiredText("query", "a PromQL query is needed") : "",
            range.IsPresent ? new RangeTemplate(range.TextOrNumber("length"), range.TextOrNumber("step")) : null,
            provider.TextOrNumber("timeout"),
            ConnectionMapping.ReadAuthentication(provider),
            ConnectionMapping.ReadHeaders(provider),
            provider.Flag("insecure", false),
            ConnectionMapping.ReadAuthority(provider));
    }

    private static RedTemplate ReadRed(FieldReader provider) => new(
        provider.RequiredText("preset", "istio-workload, istio-service or istio-version is needed"),
        provider.RequiredText("signal", "requests, errors or duration is needed"),
        provider.TextOrNumber("quantile"),
        provider.TextOrNumber("window"),
        RunMapping.ReadSubject(provider),
        ReadPrometheus(provider, hasQuery: false));
}
