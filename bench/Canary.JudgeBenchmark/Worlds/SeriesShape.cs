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

    // The bound that an old proxy has not, and how many pods of stable have such a one.
    private const double NewBound = 250;
    private const int OldProxies = 2;

    // Jobs that scrape the same proxy: each by a port of its own.
    private static readonly (string Job, int Port)[] Jobs = [("envoy-stats", 15090), ("kubernetes-pods", 15020), ("istio-proxies", 15021)];

    private readonly Cell _cell;
    private readonly int _canaryPods;

    public SeriesShape(Cell cell)
    {
        _cell = cell;
        _canaryPods = cell.CanaryPods;
        SeriesOfAPod = 2 + (cell.HasDurations ? Durations.Buckets : 0);
        Pods = cell.CanaryPods + cell.StablePods;
        Scrapers = cell.Fault switch
        {
            WorldFault.ScrapedTwice or WorldFault.ReplicaPair => 2,
            WorldFault.ScrapedThrice => 3,
            _ => 1,
        };
        Labels = [.. Enumerable.Range(0, Scrapers).SelectMany(scraper => Enumerable.Range(0, Pods).SelectMany(pod => OfPod(pod, scraper)))];
    }

    /// <summary>How many scrape each pod, each into series of its own.</summary>
    public int Scrapers { get; }

    public int Pods { get; }

    public int SeriesOfAPod { get; }

    /// <summary>Labels of each series, with its name, in the order of the names.</summary>
    public IReadOnlyList<EquatableArray<Label>> Labels { get; }

    public Arm ArmOf(int pod) => pod < _canaryPods ? Arm.Canary : Arm.Stable;

    /// <summary>The pods of an arm: the first, and the one after the last.</summary>
    public (int First, int End) PodsOf(Arm arm) => arm == Arm.Canary ? (0, _canaryPods) : (_canaryPods, Pods);

    public int Good(int pod, int scraper = 0) => ((scraper * Pods) + pod) * SeriesOfAPod;

    public int Failed(int pod, int scraper = 0) => Good(pod, scraper) + 1;

    public int Bucket(int pod, int bucket, int scraper = 0) => Good(pod, scraper) + 2 + bucket;

    /// <summary>The pod has this bucket: two of stable's do not have all where they are uneven.</summary>
    public bool Has(int pod, int bucket) => _cell.Fault != WorldFault.UnevenBuckets || pod < _canaryPods || pod >= _canaryPods + OldProxies
        || bucket >= Durations.Bounds.Length || Durations.Bounds[bucket] != NewBound;

    private IEnumerable<EquatableArray<Label>> OfPod(int pod, int scraper)
    {
        yield return Of(Requests, pod, scraper, "200", null);
        yield return Of(Requests, pod, scraper, "503", null);
        if (!_cell.HasDurations) yield break;
        foreach (var bound in Durations.Bounds)
            yield return Of(Buckets, pod, scraper, "200", bound.ToString(CultureInfo.InvariantCulture));
        yield return Of(Buckets, pod, scraper, "200", "+Inf");
    }

    private EquatableArray<Label> Of(string name, int pod, int scraper, string code, string? bound)
    {
        var isPair = _cell.Fault == WorldFault.ReplicaPair;
        var (job, port) = Scrapers > 1 && !isPair ? Jobs[scraper] : ("", 15020);
        var (workload, number) = ArmOf(pod) == Arm.Canary ? (CanaryWorkload, pod) : (StableWorkload, pod - _canaryPods);
        Label[] labels =
        [
            new("__name__", name),
            new("destination_service", "checkout.shop.svc.cluster.local"),
            new("destination_workload", workload),
            new("destination_workload_namespace", Namespace),
            new("instance", string.Create(CultureInfo.InvariantCulture, $"10.0.{(int)ArmOf(pod)}.{number + 1}:{port}")),
            .. job.Length > 0 ? (Label[])[new("job", job)] : [],
            .. bound is null ? (Label[])[] : [new("le", bound)],
            new("pod", string.Create(CultureInfo.InvariantCulture, $"{workload}-{number}")),
            .. isPair ? (Label[])[new("prometheus_replica", scraper == 0 ? "a" : "b")] : [],
            new("reporter", "source"),
            new("request_protocol", "http"),
            new("response_code", code),
            new("response_flags", code == "200" ? "-" : "UF"),
            new("source_workload", "gateway"),
        ];
        return [.. labels];
    }
}
