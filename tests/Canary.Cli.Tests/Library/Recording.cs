using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Red;

namespace Canary.Cli.Tests.Library;

/// <summary>A past of twenty minutes: what proxies, exporters and runtimes would have said of a good version and of a bad one, each in a
/// namespace of its own. Of the namespace none they say nothing.</summary>
internal static class Recording
{
    public const string Workload = "checkout-canary";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    private const string Pod = Workload + "-7f9c5d-abcde";
    private const int Every = 15;
    private const int Seconds = 1200;

    /// <summary>Values of every placeholder of the presets, in a namespace.</summary>
    public static IReadOnlyList<Argument> Subject(string space) =>
    [
        new("ns", space), new("svc", Workload), new("workload", Workload), new("subset_ver", "v2"), new("port", "80"),
        new("apex", "checkout"), new("ingress", "shop"), new("route", $"checkout-{space}"),
        new("gateway", "gateway"), new("upstream", "checkout"), new("upstream_ns", space), new("rule", "0"), new("backend_index", "1"),
        new("cluster", space), new("revision", "r1"), new("pod_ip_re", $"10[.]{(space == "good" ? 1 : space == "bad" ? 2 : 3)}[.].+"),
    ];

    public static string Text()
    {
        var text = new StringBuilder();
        foreach (var (space, isBad) in new[] { ("good", false), ("bad", true) })
        {
            // Two presets may ask for the same series: each is written once.
            var written = new HashSet<string>();
            foreach (var preset in RedPreset.All) Red(text, preset, space, isBad, written);
            foreach (var (series, good, bad, isRate) in Own(space)) Write(text, series, isBad ? bad : good, isRate);
        }

        return text.ToString();
    }

    private static void Red(StringBuilder text, RedPreset preset, string space, bool isBad, HashSet<string> written)
    {
        var window = TimeSpan.FromMinutes(1);
        var errors = Selectors(preset.Query(RedSignal.Errors, Subject(space), 0, window));
        var (special, all) = (errors[0], errors[^1]);
        var own = special.Labels.Where(label => all.Labels.All(other => other.Name != label.Name)).ToArray();
        // Linkerd's preset knows the good ones, all others the failed ones.
        var isGoodKnown = preset.Query(RedSignal.Errors, Subject(space), 0, window).StartsWith("1 - ", StringComparison.Ordinal);
        Label[] others = [.. own.Select(label => label with { Value = isGoodKnown ? (label.Name == "error" ? "broken" : "")
            : label.Name switch { "grpc_response_status" => "0", "response_flags" => "-", _ => "200" } })];
        var (good, failed) = isGoodKnown ? (own, others) : (others, own);
        foreach (var (labels, rate) in new[] { (good, isBad ? 9.0 : 10.0), (failed, isBad ? 1.0 : 0.0) })
        {
            // A series of failures that is not there yet is what a good version looks like.
            if (rate > 0) Once($"{all.Metric}{{{Render([.. all.Labels, .. labels])}}}", rate);
        }

        var buckets = Selectors(preset.Query(RedSignal.Duration, Subject(space), 0.99, window))[0];
        var isInSeconds = preset.Query(RedSignal.Duration, Subject(space), 0.99, window).StartsWith("1000", StringComparison.Ordinal);
        foreach (var (bound, below) in new[] { (100.0, isBad ? 0.0 : 10.0), (5000.0, 10.0), (double.PositiveInfinity, 10.0) })
        {
            var le = double.IsInfinity(bound) ? "+Inf" : (isInSeconds ? bound / 1000 : bound).ToString(CultureInfo.InvariantCulture);
            Once($"{buckets.Metric}{{{Render([.. buckets.Labels, new Label("le", le)])}}}", below);
        }

        void Once(string series, double rate)
        {
            if (written.Add(series)) Write(text, series, rate, isRate: true);
        }
    }

    private static IEnumerable<(string Series, double Good, double Bad, bool IsRate)> Own(string space)
    {
        var pod = $"namespace=\"{space}\",pod=\"{Pod}\"";
        var app = $"{pod},container=\"app\"";
        yield return ($"container_cpu_usage_seconds_total{{{app}}}", 0.5, 0.98, true);
        yield return ($"container_cpu_cfs_throttled_periods_total{{{app}}}", 1, 5, true);
        yield return ($"container_cpu_cfs_periods_total{{{app}}}", 10, 10, true);
        yield return ($"container_memory_working_set_bytes{{{app}}}", 5e8, 9.5e8, false);
        yield return ($"kube_pod_container_resource_limits{{{app},resource=\"cpu\"}}", 1, 1, false);
        yield return ($"kube_pod_container_resource_limits{{{app},resource=\"memory\"}}", 1e9, 1e9, false);
        yield return ($"kube_pod_container_status_restarts_total{{{app}}}", 0, 1 / 60.0, true);
        yield return ($"kube_pod_container_status_last_terminated_reason{{{app},reason=\"OOMKilled\"}}", 0, 1, false);
        yield return ($"jvm_gc_pause_seconds_sum{{{pod}}}", 0.01, 0.2, true);
        yield return ($"jvm_memory_used_bytes{{{pod},area=\"heap\"}}", 5e8, 9.5e8, false);
        yield return ($"jvm_memory_max_bytes{{{pod},area=\"heap\"}}", 1e9, 1e9, false);
        yield return ($"jvm_threads_live_threads{{{pod}}}", 50, 5000, false);
        yield return ($"dotnet_gc_pause_time_seconds_total{{{pod}}}", 0.01, 0.2, true);
        yield return ($"dotnet_thread_pool_queue_length{{{pod}}}", 1, 500, false);
        yield return ($"dotnet_exceptions_total{{{pod}}}", 0.1, 50, true);
        yield return ($"go_goroutines{{{pod}}}", 100, 50000, false);
        yield return ($"go_gc_duration_seconds{{{pod},quantile=\"1\"}}", 0.001, 0.5, false);
        yield return ($"go_memstats_heap_inuse_bytes{{{pod}}}", 1e8, 3e9, false);
        yield return ($"nodejs_eventloop_lag_p99_seconds{{{pod}}}", 0.01, 0.5, false);
        yield return ($"nodejs_heap_size_used_bytes{{{pod}}}", 5e8, 9.9e8, false);
        yield return ($"nodejs_heap_size_total_bytes{{{pod}}}", 1e9, 1e9, false);
    }

    private static void Write(StringBuilder text, string series, double value, bool isRate)
    {
        for (var at = 0; at <= Seconds; at += Every)
            text.Append(CultureInfo.InvariantCulture,
                $"{series} {(isRate ? Math.Round(value * at, 6) : value)} {Start.AddSeconds(at).ToUnixTimeSeconds()}\n");
    }

    private static string Render(Label[] labels) => string.Join(',', labels.Select(label => $"{label.Name}=\"{label.Value}\""));

    /// <summary>The selectors of a query, each with labels that it matches.</summary>
    private static List<(string Metric, Label[] Labels)> Selectors(string query) =>
    [
        .. Regex.Matches(query, @"(?<metric>[a-z_]+)\{(?<labels>[^}]*(?:\{\d+\}[^}]*)*)\}\[").Select(match => (
            match.Groups["metric"].Value,
            Regex.Matches(match.Groups["labels"].Value, "(?<name>[a-z_]+)(?<sign>=~|!~|!=|=)\"(?<value>[^\"]*)\"")
                .Select(label => new Label(label.Groups["name"].Value, label.Groups["sign"].Value switch
                {
                    "=~" => Example(label.Groups["value"].Value.Replace(@"\\", @"\", StringComparison.Ordinal)),
                    "!~" => "OK",
                    "!=" => "-",
                    _ => label.Groups["value"].Value,
                })).ToArray())),
    ];

    /// <summary>A text that the expression matches; a test that gets another one fails, since nothing is found then.</summary>
    private static string Example(string pattern)
    {
        var text = pattern;
        text = Regex.Replace(text, @"\(([^()|]*)\|[^()]*\)", "$1");
        text = Regex.Replace(text, @"\([^()]*\)\?", "");
        text = text.Replace("(", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal).Split('|')[0];
        text = text.Replace("[0-9a-z]{5}", "abcde", StringComparison.Ordinal).Replace("[0-9a-zA-Z]+", "a1", StringComparison.Ordinal)
            .Replace("[0-9a-z]+", "7f9c5d", StringComparison.Ordinal)
            .Replace("[0-9]+", "1", StringComparison.Ordinal).Replace("[1-4]", "2", StringComparison.Ordinal)
            .Replace("[.]", "DOT", StringComparison.Ordinal);
        text = text.Replace("5.*", "503", StringComparison.Ordinal).Replace("5..", "503", StringComparison.Ordinal)
            .Replace("2..", "200", StringComparison.Ordinal).Replace(".*", "x", StringComparison.Ordinal)
            .Replace(".+", "0.1", StringComparison.Ordinal);
        return Regex.Replace(text, @"\\(.)", "$1").Replace("DOT", ".", StringComparison.Ordinal);
    }
}
