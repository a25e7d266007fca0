using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Statistics;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>The status of an AnalysisRun.</summary>
public static class RunStatusMapping
{
    /// <summary>The status; an absent one is <see cref="RunStatus.New"/>.</summary>
    public static RunStatus Read(JsonNode? status)
    {
        var reader = new FieldReader(status, "status", []);
        if (!reader.IsPresent) return RunStatus.New;
        return new RunStatus(
            reader.Name<RunPhase>("phase") ?? RunPhase.Pending,
            reader.Text("message") ?? "",
            reader.Time("startedAt"),
            reader.Time("endedAt"),
            reader.Items("metrics").Select(ReadMetric).DistinctBy(metric => metric.Name).ToEquatableArray())
        {
            StopReason = reader.Text("stopReason") ?? "",
            Score = reader.Number("score") is >= 0 and <= 100 and var score ? score : null,
        };
    }

    /// <summary>The JSON of a status, from which <see cref="Read"/> makes an equal one; and, for people, what each metric is held to and
    /// the line of its last values.</summary>
    public static JsonObject Write(RunStatus status, RunSpec spec)
    {
        var json = Write(status);
        foreach (var metric in Json.Objects(json, "metrics"))
        {
            var name = Json.Text(metric, "name");
            if (spec.Metrics.FirstOrDefault(one => one.Name == name) is { } held)
                metric.PutText("threshold", MetricThreshold.Describe(held) is { } threshold ? FieldWriter.Clip(threshold, LongestThreshold)
                    : null);
            if (status.Metrics.FirstOrDefault(one => one.Name == name) is { } measured)
                metric.PutText("sparkline", Sparkline.Draw(measured.Measurements));
        }

        return json;
    }

    /// <summary>The JSON of a status, from which <see cref="Read"/> makes an equal one.</summary>
    public static JsonObject Write(RunStatus status) => new JsonObject { ["phase"] = status.Phase.ToString() }
        .PutText("message", status.Message)
        .PutText("stopReason", status.StopReason)
        .PutTime("startedAt", status.StartedAt)
        .PutTime("endedAt", status.EndedAt)
        .PutNumber("score", status.Score)
        .PutList("metrics", status.Metrics, WriteMetric);

    private const int LongestName = 253;
    private const int LongestThreshold = 16_384;

    // One more is counted with each measurement, and is a number still.
    private const int MostCounted = int.MaxValue / 2;

    private static MetricStatus ReadMetric(FieldReader metric) => new(
        metric.Short("name", LongestName) ?? "",
        metric.Name<RunPhase>("phase") ?? RunPhase.Pending,
        metric.Text("message") ?? "",
        metric.Int("successful", 0, MostCounted) ?? 0,
        metric.Int("failed", 0, MostCounted) ?? 0,
        metric.Int("inconclusive", 0, MostCounted) ?? 0,
        metric.Int("errors", 0, MostCounted) ?? 0,
        metric.Int("consecutiveErrors", 0, MostCounted) ?? 0,
        metric.Time("lastDueAt"),
        metric.Items("measurements").Select(ReadMeasurement).ToEquatableArray())
    {
        ConsecutiveFailures = metric.Int("consecutiveFailures", 0, MostCounted) ?? 0,
        ConsecutiveSuccesses = metric.Int("consecutiveSuccesses", 0, MostCounted) ?? 0,
        ConsecutiveRefusals = metric.Int("consecutiveRefusals", 0, MostCounted) ?? 0,
        Reason = metric.Name<MetricReason>("reason") ?? MetricReason.None,
        ErrorsSince = metric.Time("errorsSince"),
        Classified = metric.Child("classified") is { IsPresent: true } classified
        ? new MannWhitneyFinding(classified.Name<Classification>("as") ?? Classification.Error, classified.Flag("critical", false)) : null,
        Evidence = metric.Has("evidence") ? EvidenceMapping.Read(metric.Child("evidence")) : null,
    };

    private static JsonNode WriteMetric(MetricStatus metric) =>
        new JsonObject { ["name"] = metric.Name, ["phase"] = metric.Phase.ToString() }
        .PutText("reason", metric.Reason is MetricReason.None ? "" : metric.Reason.ToString())
        .PutText("message", metric.Message)
        .Put("successful", metric.Successful)
        .Put("failed", metric.Failed)
        .Put("inconclusive", metric.Inconclusive)
        .Put("errors", metric.Errors)
        .Put("consecutiveErrors", metric.ConsecutiveErrors)
        .Put("consecutiveFailures", metric.ConsecutiveFailures > 0 ? metric.ConsecutiveFailures : null)
        .Put("consecutiveSuccesses", metric.ConsecutiveSuccesses > 0 ? metric.ConsecutiveSuccesses : null)
        .Put("consecutiveRefusals", metric.ConsecutiveRefusals > 0 ? metric.ConsecutiveRefusals : null)
        .PutTime("errorsSince", metric.ErrorsSince)
        .PutTime("lastDueAt", metric.LastDueAt)
        .Put("classified", metric.Classified is { } classified
            ? new JsonObject { ["as"] = classified.As.ToString() }.PutFlag("critical", classified.IsCriticalFailure) : null)
        .Put("evidence", metric.Evidence is { } evidence ? EvidenceMapping.Write(evidence) : null)
        .PutList("measurements", metric.Measurements, WriteMeasurement);

    private static Measurement ReadMeasurement(FieldReader measurement) => new(
        measurement.Time("at") ?? DateTimeOffset.UnixEpoch,
        measurement.Time("finishedAt") ?? DateTimeOffset.UnixEpoch,
        measurement.Name<RunPhase>("phase") ?? RunPhase.Error,
        measurement.Text("value") ?? "",
        measurement.Text("message") ?? "")
    {
        Samples = measurement.Number("samples"),
        Odds = measurement.Number("odds"),
        Ratio = measurement.Child("ratio") is { IsPresent: true } ratio ? ReadRatio(ratio) : null,
        Rate = measurement.Child("rate") is { IsPresent: true } rate ? ReadRate(rate) : null,
        Interval = measurement.Child("interval") is { IsPresent: true } interval
        ? new WilsonInterval(Share(interval, "low") ?? 0, Share(interval, "high") ?? 1) : null,
    };

    private static RatioRange ReadRatio(FieldReader ratio)
    {
        var low = ratio.Number("low") is >= RatioRange.Least and <= RatioRange.Greatest and var least ? least : 0;
        var high = ratio.Number("high") is >= RatioRange.Least and <= RatioRange.Greatest and var most ? most : double.PositiveInfinity;
        return low <= high ? new(low, high) : RatioRange.All;
    }

    private static RateRange ReadRate(FieldReader rate)
    {
        var (low, high) = (Share(rate, "low") ?? 0, Share(rate, "high") ?? 1);
        return low <= high ? new(low, high) : new(0, 1);
    }

    private static double? Share(FieldReader interval, string key) => interval.Number(key) is >= 0 and <= 1 and var share ? share : null;

    private static JsonNode WriteMeasurement(Measurement measurement) => new JsonObject()
        .PutTime("at", measurement.At)
        .PutTime("finishedAt", measurement.FinishedAt)
        .Put("phase", measurement.Verdict.ToString())
        .PutText("value", measurement.Value)
        .PutNumber("samples", measurement.Samples)
        .PutNumber("odds", measurement.Odds)
        .Put("ratio", measurement.Ratio is { } ratio
            ? new JsonObject().PutNumber("low", ratio.Low).PutNumber("high", double.IsFinite(ratio.High) ? ratio.High : null) : null)
        .Put("rate", measurement.Rate is { } rate
            ? new JsonObject().PutNumber("low", rate.Low).PutNumber("high", rate.High) : null)
        .Put("interval", measurement.Interval is { } interval
            ? new JsonObject().PutNumber("low", interval.Low).PutNumber("high", interval.High) : null)
        .PutText("message", measurement.Message);
}
