using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>Rate, errors and duration of one variant behind a proxy, as PromQL: what tells the variant's series apart, and what the queries are.</summary>
/// <remarks>
/// Istio's client side is asked (<c>reporter</c> source or waypoint): it alone sees connections refused, timeouts and hosts that were never found.
/// A numerator without series counts 0 (no failure yet), a denominator of 0 gives no series (no traffic is no data, never success), a quantile without samples is NaN.
/// </remarks>
public sealed record RedPreset
{
    /// <summary>The presets, by key.</summary>
    public static readonly EquatableArray<RedPreset> All =
    [
        new("istio-workload", ["ns", "workload"], static subject =>
            [Equal("destination_workload_namespace", subject("ns")), Equal("destination_workload", subject("workload"))]),
        new("istio-service", ["ns", "svc"], static subject => [Equal("destination_service", Host(subject))]),
        new("istio-version", ["ns", "svc", "subset_ver"], static subject =>
            [Equal("destination_service", Host(subject)), Equal("destination_canonical_revision", subject("subset_ver"))]),
    ];

    private readonly Func<Func<string, string>, string[]> _matchers;

    private RedPreset(string key, EquatableArray<string> placeholders, Func<Func<string, string>, string[]> matchers)
    {
        Key = key;
        Placeholders = placeholders;
        _matchers = matchers;
    }

    /// <summary>As templates name it.</summary>
    public string Key { get; }

    /// <summary>The values of a subject that it needs.</summary>
    public EquatableArray<string> Placeholders { get; }

    /// <summary>The preset of this key; null where there is none.</summary>
    public static RedPreset? Find(string key) => All.FirstOrDefault(preset => preset.Key == key);

    /// <summary>The placeholders that <paramref name="subject"/> has no value for.</summary>
    public EquatableArray<string> Missing(IReadOnlyList<Argument> subject) =>
        [.. Placeholders.Where(name => !subject.Any(one => one.Name == name && one.Value is { Length: > 0 }))];

    /// <summary>The query of a signal. <paramref name="quantile"/> counts for <see cref="RedSignal.Duration"/> alone.</summary>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public string Query(RedSignal signal, IReadOnlyList<Argument> subject, double quantile, TimeSpan window) => signal switch
    {
        RedSignal.Requests => $"sum({Rate("istio_requests_total", subject, window)})",
        RedSignal.Errors => $"(sum({Rate("istio_requests_total", subject, window, "response_code=~\"5..|0\"")}) or vector(0))"
            + $" / (sum({Rate("istio_requests_total", subject, window)}) > 0)",
        RedSignal.Duration => $"histogram_quantile({quantile.ToString(CultureInfo.InvariantCulture)}, "
            + $"sum by (le) ({Rate("istio_request_duration_milliseconds_bucket", subject, window)}))",
    };

    /// <summary>The query for how many requests there were in the window.</summary>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public string Volume(IReadOnlyList<Argument> subject, TimeSpan window) => $"sum(increase({Series("istio_requests_total", subject, window, null)}))";

    private string Rate(string metric, IReadOnlyList<Argument> subject, TimeSpan window, string? matcher = null) => $"rate({Series(metric, subject, window, matcher)})";

    private string Series(string metric, IReadOnlyList<Argument> subject, TimeSpan window, string? matcher)
    {
        string[] matchers = ["reporter=~\"source|waypoint\"", .. _matchers(name => Value(subject, name)), .. matcher is null ? (string[])[] : [matcher]];
        return $"{metric}{{{string.Join(',', matchers)}}}[{Duration(window)}]";
    }

    private static string Value(IReadOnlyList<Argument> subject, string name) =>
        subject.FirstOrDefault(argument => argument.Name == name)?.Value is { Length: > 0 } value
            ? value
            : throw new ArgumentException($"the subject has no value for {name}", nameof(subject));

    private static string Host(Func<string, string> subject) => $"{subject("svc")}.{subject("ns")}.svc.cluster.local";

    // A value of a user becomes a part of the query: what ends a string in PromQL must not end it here.
    private static string Equal(string label, string value) =>
        $"{label}=\"{value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)}\"";

    private static string Duration(TimeSpan window) => window.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{window.Ticks / TimeSpan.TicksPerSecond}s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)window.TotalMilliseconds}ms");
}
