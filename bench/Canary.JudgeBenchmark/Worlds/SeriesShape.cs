using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>The series that the worlds of a cell can have, with the labels that Istio gives them. Those of a pod lie together: requests
/// that went well, those that failed, and the buckets.</summary>
internal sealed class SeriesShape
{
    public const string Namespace = "shop";
    public const string CanaryWorkload = "checkout-canary";
    public const string StableWorkload = "checkout-stable";

    private const string Requests = "istio_requests_total";
    private const string Buckets = "istio_request_duration_milliseconds_bucket";

    private readonly int _canaryPods;

    public SeriesShape(Cell cell)
    {
        _canaryPods = cell.CanaryPods;
        SeriesOfAPod = 2 + (cell.HasDurations ? Durations.Buckets : 0);
        Pods = cell.CanaryPods + cell.StablePods;
        Labels = [.. Enumerable.Range(0, Pods).SelectMany(pod => OfPod(pod, cell.HasDurations))];
    }

    public int Pods { get; }

    public int SeriesOfAPod { get; }

    /// <summary>Labels of each series, with its name, in the order of the names.</summary>
    public IReadOnlyList<EquatableArray<Label>> Labels { get; }

    public Arm ArmOf(int pod) => pod < _canaryPods ? Arm.Canary : Arm.Stable;

    /// <summary>The pods of an arm: the first, and the one after the last.</summary>
    public (int First, int End) PodsOf(Arm arm) => arm == Arm.Canary ? (0, _canaryPods) : (_canaryPods, Pods);

    public int Good(int pod) => pod * SeriesOfAPod;

    public int Failed(int pod) => Good(pod) + 1;

    public int Bucket(int pod, int bucket) => Good(pod) + 2 + bucket;

    private IEnumerable<EquatableArray<Label>> OfPod(int pod, bool hasDurations)
    {
        yield return Of(Requests, pod, "200", null);
        yield return Of(Requests, pod, "503", null);
        if (!hasDurations) yield break;
        foreach (var bound in Durations.Bounds) yield return Of(Buckets, pod, "200", bound.ToString(CultureInfo.InvariantCulture));
        yield return Of(Buckets, pod, "200", "+Inf");
    }

    private EquatableArray<Label> Of(string name, int pod, string code, string? bound)
    {
        var (workload, number) = ArmOf(pod) == Arm.Canary ? (CanaryWorkload, pod) : (StableWorkload, pod - _canaryPods);
        Label[] labels =
        [
            new("__name__", name),
            new("destination_service", "checkout.shop.svc.cluster.local"),
            new("destination_workload", workload),
            new("destination_workload_namespace", Namespace),
            new("instance", string.Create(CultureInfo.InvariantCulture, $"10.0.{(int)ArmOf(pod)}.{number + 1}:15020")),
            .. bound is null ? (Label[])[] : [new("le", bound)],
            new("pod", string.Create(CultureInfo.InvariantCulture, $"{workload}-{number}")),
            new("reporter", "source"),
            new("request_protocol", "http"),
            new("response_code", code),
            new("response_flags", code == "200" ? "-" : "UF"),
            new("source_workload", "gateway"),
        ];
        return [.. labels];
    }
}
