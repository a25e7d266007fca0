using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Metrics;

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
        return errors.Count > 0 ? null : Read(document, key, run);
    }

    /// <summary>A later state of a run that was read before and whose spec is the same.</summary>
    internal static RunSnapshot ReadAgain(JsonObject document, RunSnapshot before) => Read(document, before.Key, before.Spec);

    private static RunSnapshot Read(JsonObject document, RunKey key, RunSpec run)
    {
        var metadata = new FieldReader(document["metadata"], "metadata", []);
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
        return new(spec.Items("metrics").Select(MetricFields.Read).DistinctBy(metric => metric.Name).Select(metric => metric with
        {
            IsDryRun = dry.Contains(metric.Name),
            Retention = kept.Where(one => one.MetricName == metric.Name).Select(one => one.Limit)
            .FirstOrDefault(MetricSpec.DefaultRetention),
        }).ToEquatableArray())
        { Score = ScoreMapping.Read(spec) };
    }

    internal static JsonObject WriteMetrics(JsonObject map, RunSpec run) => map
        .PutList("metrics", run.Metrics, MetricFields.Write)
        .Put("score", ScoreMapping.Write(run.Score))
        .PutList("dryRun", [.. run.Metrics.Where(metric => metric.IsDryRun)], metric => new JsonObject { ["metricName"] = metric.Name })
        .PutList(
            "measurementRetention",
            [.. run.Metrics.Where(metric => metric.Retention != MetricSpec.DefaultRetention)],
            metric => new JsonObject { ["metricName"] = metric.Name, ["limit"] = metric.Retention });
}
