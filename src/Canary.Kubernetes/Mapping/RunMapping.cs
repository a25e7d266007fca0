using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>AnalysisRun: what is measured, and for which rollout.</summary>
public static class RunMapping
{
    /// <summary>The run as the engine sees it; null where it is not one of a Rollout or cannot be read.</summary>
    public static RunSnapshot? Read(JsonObject document)
    {
        var errors = new List<SpecError>();
        var spec = new FieldReader(document["spec"], "spec", errors);
        var rollout = spec.Child("rollout");
        if (!rollout.IsPresent) return null;
        var key = RunKeyMapping.Read(rollout);
        var run = ReadSpec(spec);
        if (errors.Count > 0) return null;
        var metadata = new FieldReader(document["metadata"], "metadata", errors);
        return new RunSnapshot(
            key,
            Json.Name(document),
            Documents.Uid(document),
            Documents.ResourceVersion(document),
            metadata.Time("creationTimestamp") ?? DateTimeOffset.UnixEpoch,
            run,
            RunStatusMapping.Read(document["status"]));
    }

    /// <summary>The spec of a run.</summary>
    public static JsonObject WriteSpec(RunSpec run, string rollout, RunKey key)
    {
        var owner = RunKeyMapping.Write(key);
        owner.Insert(0, "name", rollout);
        return WriteMetrics(new JsonObject { ["rollout"] = owner }, run);
    }

    /// <summary>Metrics with every argument resolved: of the spec of a Rollout's run, and of the status of one made by hand.</summary>
    internal static RunSpec ReadSpec(FieldReader spec)
    {
        // Written by us: each entry names one metric, and is no pattern.
        var dry = TemplateMapping.ReadDryRun(spec);
        var kept = TemplateMapping.ReadRetention(spec);
        return new(spec.Items("metrics").Select(ReadMetric).DistinctBy(metric => metric.Name).Select(metric => metric with
        {
            IsDryRun = dry.Contains(metric.Name),
            Retention = kept.Where(one => one.MetricName == metric.Name).Select(one => one.Limit)
            .FirstOrDefault(MetricSpec.DefaultRetention),
        }).ToEquatableArray())
        { Score = ScoreMapping.Read(spec) };
    }

    internal static JsonObject WriteMetrics(JsonObject map, RunSpec run) => map
        .PutList("metrics", run.Metrics, WriteMetric)
        .Put("score", ScoreMapping.Write(run.Score))
        .PutList("dryRun", [.. run.Metrics.Where(metric => metric.IsDryRun)], metric => new JsonObject { ["metricName"] = metric.Name })
        .PutList(
            "measurementRetention",
            [.. run.Metrics.Where(metric => metric.Retention != MetricSpec.DefaultRetention)],
            metric => new JsonObject { ["metricName"] = metric.Name, ["limit"] = metric.Retention });

    internal static EquatableArray<Argument> ReadSubject(FieldReader provider)
    {
        var subject = provider.Child("subject");
        return subject.Keys.Select(key => new Argument(key, subject.Text(key))).ToEquatableArray();
    }

    private static MetricSpec ReadMetric(FieldReader metric) => new(
        metric.Short("name", 253) is null ? "" : metric.RequiredText("name", "the name of the metric is needed"),
        metric.Duration("interval") is { } interval && interval > TimeSpan.Zero ? interval : null,
        metric.Int("count", 1),
        metric.Duration("initialDelay") ?? TimeSpan.Zero,
        metric.Duration("window") ?? TimeSpan.Zero,
        metric.Text("successCondition"),
        metric.Text("failureCondition"),
        metric.Int("failureLimit", -1) ?? 0,
        metric.Int("inconclusiveLimit", -1) ?? 0,
        metric.Int("consecutiveErrorLimit", -1) ?? MetricSpec.DefaultConsecutiveErrorLimit,
        ReadProvider(metric.Child("provider")))
    {
        ConsecutiveSuccessLimit = metric.Int("consecutiveSuccessLimit", -1) ?? 0,
        ErrorBudget = metric.Duration("errorBudget") ?? MetricSpec.DefaultErrorBudget,
        OnNoData = metric.Name<EmptyVerdict>("onNoData"),
        Compatibility = metric.Name<Compatibility>("compatibility") ?? Compatibility.Canary,
        MinSamples = metric.Int("minSamples", 0),
        Comparison = metric.Has("compare") ? ComparisonMapping.Read(metric.Child("compare")) : null,
    };

    private static ProviderSpec ReadProvider(FieldReader provider)
    {
        var red = provider.Child("red");
        if (!red.IsPresent) return ReadPrometheus(provider.Child("prometheus"));
        return new ProviderSpec.Red(
            red.RequiredText("preset", "a preset is needed"),
            red.Name<RedSignal>("signal") ?? RedSignal.Requests,
            double.TryParse(red.TextOrNumber("quantile"), NumberStyles.Float, CultureInfo.InvariantCulture, out var quantile)
            && quantile is > 0 and < 1 ? quantile : ProviderSpec.Red.DefaultQuantile,
            red.Duration("window") ?? ProviderSpec.Red.DefaultWindow,
            ReadSubject(red),
            ReadPrometheus(red))
        {
            Side = red.Name<RedSide>("side") ?? RedSide.Canary,
            Min = ReadBound(red, "min"),
            Max = ReadBound(red, "max"),
        };
    }

    private static double? ReadBound(FieldReader red, string key) =>
        red.TextOrNumber(key) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound)
        && double.IsFinite(bound) ? bound : null;

    private static ProviderSpec.Prometheus ReadPrometheus(FieldReader provider)
    {
        var range = provider.Child("rangeQuery");
        return new ProviderSpec.Prometheus(
            provider.Text("address"),
            provider.Text("query") ?? "",
            range.IsPresent ? ReadRange(range) : null,
            provider.Duration("timeout") ?? ProviderSpec.Prometheus.DefaultTimeout,
            ConnectionMapping.ReadAuthentication(provider),
            ConnectionMapping.ReadHeaders(provider),
            provider.Flag("insecure", false),
            ConnectionMapping.ReadAuthority(provider))
        {
            SamplesQuery = provider.Text("samplesQuery"),
        };
    }

    private static QueryRange ReadRange(FieldReader range)
    {
        var (length, step) = (range.Duration("length"), range.Duration("step") ?? TimeSpan.Zero);
        return length is null && range.TextOrNumber("start") is { } start
            ? new QueryRange(TimeSpan.Zero, step) { Start = start, End = range.TextOrNumber("end") }
            : new QueryRange(length ?? TimeSpan.Zero, step) { Offset = ReadOffset(range) };
    }

    // An end in the past is written as Argo Rollouts writes it: the one form that the schema has for it.
    private static TimeSpan ReadOffset(FieldReader range) =>
        range.Text("end") is { } end && end.Split('"') is [_, var ago, _] && GoDuration.TryParse(ago, out var offset, out _) ? offset
        : TimeSpan.Zero;

    private static JsonNode WriteMetric(MetricSpec metric) => new JsonObject { ["name"] = metric.Name }
        .PutDuration("interval", metric.Interval)
        .Put("count", metric.Count)
        .PutDuration("initialDelay", metric.InitialDelay)
        .PutDuration("window", metric.Window)
        .Put("successCondition", metric.SuccessCondition)
        .Put("failureCondition", metric.FailureCondition)
        .Put("failureLimit", metric.FailureLimit)
        .Put("inconclusiveLimit", metric.InconclusiveLimit)
        .Put("consecutiveErrorLimit", metric.ConsecutiveErrorLimit)
        .Put("consecutiveSuccessLimit", metric.ConsecutiveSuccessLimit > 0 ? metric.ConsecutiveSuccessLimit : null)
        .PutDuration("errorBudget", metric.ErrorBudget == MetricSpec.DefaultErrorBudget ? null : metric.ErrorBudget)
        .Put("onNoData", metric.OnNoData is { } noData ? FieldReader.Camel(noData.ToString()) : null)
        .Put("compatibility", metric.Compatibility == Compatibility.Argo ? "argo" : null)
        .Put("minSamples", metric.MinSamples)
        .Put("compare", metric.Comparison is { } comparison ? ComparisonMapping.Write(comparison) : null)
        .Put("provider", WriteProvider(metric.Provider));

    private static JsonObject WriteProvider(ProviderSpec provider) => provider switch
    {
        ProviderSpec.Prometheus prometheus => new JsonObject
        {
            ["prometheus"] = new JsonObject { ["query"] = prometheus.Query }
                .Put("rangeQuery", WriteRange(prometheus.Range))
                .Put("samplesQuery", prometheus.SamplesQuery)
                .WriteConnection(prometheus),
        },
        ProviderSpec.Red red => new JsonObject
        {
            ["red"] = new JsonObject { ["preset"] = red.Preset, ["signal"] = FieldReader.Camel(red.Signal.ToString()) }
                .Put("quantile", red.Quantile.ToString("R", CultureInfo.InvariantCulture))
                .PutDuration("window", red.Window)
                .Put("side", red.Side == RedSide.Stable ? "stable" : null)
                .Put("min", red.Min is { } min ? NumberText.Format(min) : null)
                .Put("max", red.Max is { } max ? NumberText.Format(max) : null)
                .Put("subject", red.Subject.Count == 0 ? null
                    : new JsonObject(red.Subject.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)(one.Value ?? "")))))
                .WriteConnection(red.Connection),
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject? WriteRange(QueryRange? range) => range switch
    {
        null => null,
        { Start: { } start } => new JsonObject { ["start"] = start }.Put("end", range.End).PutDuration("step", range.Step),
        _ => new JsonObject()
            .PutDuration("length", range.Length)
            .Put("end", range.Offset > TimeSpan.Zero ? $"now() - duration(\"{GoDuration.Format(range.Offset)}\")" : null)
            .PutDuration("step", range.Step),
    };
}
