using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Red;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Analysis.Templates;

namespace Canary.Core.Analysis.Queries;

/// <summary>The query that one measurement sends.</summary>
public static class MetricQueries
{
    /// <summary>Key of the source that answers both providers.</summary>
    public const string Prometheus = "prometheus";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(30);

    /// <summary>The query for the tick <paramref name="at"/>. Two that are equal have the same answer, whoever asks.</summary>
    /// <param name="metric">What is measured.</param>
    /// <param name="namespace">Where its Secrets are; it counts only where there are any.</param>
    /// <param name="at">Evaluation time.</param>
    /// <param name="since">Of a comparison: the end of the last window that was counted, or the start of the run; null: an interval
    /// ago.</param>
    /// <param name="problem">Why there is none: the run was changed by hand, or made by an engine that knew more presets.</param>
    public static MetricQuery? For(MetricSpec metric, string @namespace, DateTimeOffset at, out string problem,
        DateTimeOffset? since = null)
    {
        problem = "";
        if (metric.Provider is ProviderSpec.Prometheus own)
            return own.Range is { } range && range.At(at, out problem) is null ? null : Ask(own, own.Query, @namespace, at);
        if (metric.Provider is not ProviderSpec.Red red) throw new UnreachableException();
        if (RedPreset.Find(red.Preset) is not { } preset)
            problem = $"there is no preset \"{red.Preset}\"; there are {string.Join(", ", RedPreset.All.Select(one => one.Key))}";
        else if (preset.Missing(red.Subject) is { Count: > 0 } missing)
            problem = $"preset {preset.Key} has no value for {string.Join(", ", missing)}";
        else if (metric.Comparison is { } comparison)
            return Probed(Raw(metric, red, preset, comparison, RedSide.Canary, @namespace, at, since), preset, red);
        else
        {
            return Probed(Ask(red, preset, preset.Question(red.Signal, red.Subject, red.Quantile, red.Window, red.Side), @namespace, at),
                preset, red);
        }

        return null;
    }

    /// <summary>The query for stable's side of a comparison, at the same time; null: nothing is compared.</summary>
    /// <param name="metric">What is measured.</param>
    /// <param name="namespace">Where its Secrets are.</param>
    /// <param name="at">Evaluation time.</param>
    /// <param name="since">The end of the last window that was counted, or the start of the run; null: an interval ago.</param>
    public static MetricQuery? BaselineOf(MetricSpec metric, string @namespace, DateTimeOffset at, DateTimeOffset? since = null) =>
        metric is { Comparison: { Objective: null } comparison, Provider: ProviderSpec.Red red } && RedPreset.Find(red.Preset) is { } preset
        && preset.Missing(comparison.StableSubject).Count == 0
            ? Raw(metric, red with { Subject = comparison.StableSubject }, preset, comparison, RedSide.Stable, @namespace, at, since)
            : null;

    /// <summary>
    /// The query for how many samples the measurement of the same tick saw: requests in the window of a RED metric, <c>samplesQuery</c> of
    /// a query of one's own. Null: there is none.
    /// </summary>
    public static MetricQuery? SamplesOf(MetricSpec metric, string @namespace, DateTimeOffset at) =>
        metric.Comparison is not null ? null : metric.Provider switch
        {
            ProviderSpec.Prometheus { SamplesQuery: { } query } own => Ask(own, query, @namespace, at) with { Range = null },
            ProviderSpec.Red { Signal: not RedSignal.Requests } red when RedPreset.Find(red.Preset) is { } preset
                && preset.Missing(red.Subject).Count == 0 =>
                Ask(red, preset, preset.Question(null, red.Subject, 0, red.Window, red.Side), @namespace, at),
            _ => null,
        };

    // Every sample since the last window, and some before it to begin the differences with. The range is rounded up, so that rollouts whose
    // windows began a little apart ask for the same.
    private static MetricQuery Raw(MetricSpec metric, ProviderSpec.Red red, RedPreset preset, Comparison comparison, RedSide side,
        string @namespace, DateTimeOffset at, DateTimeOffset? since)
    {
        if (comparison.Judge == ComparisonKind.MannWhitney)
        {
            // A value a minute, from the first whole window of the run on.
            var back = at - (since ?? at - (metric.Interval ?? Minute)) - red.Window;
            if (comparison.Lookback is { } most && back > most) back = most;
            return Alone(Ask(red with { Side = side }, preset, preset.Question(red.Signal, red.Subject, red.Quantile, red.Window, side),
                @namespace, at)) with
            { Range = new QueryRange(back > Minute ? back : Minute, Minute) };
        }

        var to = ComparisonJudge.WindowEnd(comparison, at);
        var length = to - (since ?? to - (metric.Interval ?? Grain));
        var range = (length > TimeSpan.Zero ? length : TimeSpan.Zero) + CounterReading.Before(comparison.Warmup);
        range = Grain * Math.Ceiling(range / Grain);
        var question = preset.Raw(red.Signal, red.Subject, ComparisonJudge.Bounds(metric), range, side);
        return Ask(red with { Side = side }, preset, question, @namespace, to);
    }

    // As the metric's histograms are: the one form, the other, or the other where the one finds nothing.
    internal static MetricQuery Ask(ProviderSpec.Red red, RedPreset preset, RedQuery question, string @namespace, DateTimeOffset at)
    {
        return (preset.MayBeNative(question.Signal) ? red.Histogram : HistogramKind.Classic) switch
        {
            HistogramKind.Classic => Form(question),
            HistogramKind.Native => Form(question with { IsNative = true }),
            HistogramKind.Auto => Form(question) with { Native = Form(question with { IsNative = true }) },
        };

        MetricQuery Form(RedQuery asked) => Ask(red.Connection, preset.TextOf(asked, red.Subject, red.Side), @namespace, at) with
        {
            Red = asked,
            TakesHistograms = asked is { IsNative: true, IsRaw: true },
        };
    }

    private static MetricQuery Probed(MetricQuery query, RedPreset preset, ProviderSpec.Red red) => query with
    {
        Probe = preset.Probe(red.Subject, red.Side),
        ProbeFinding = Finding(preset, red),
        Native = query.Native is { } native ? Probed(native, preset, red) : null,
    };

    private static MetricQuery Alone(MetricQuery query) =>
        query with { Red = null, Native = query.Native is { } native ? Alone(native) : null };

    internal static string Finding(RedPreset preset, ProviderSpec.Red red) => preset.ProbeFinding(red.Subject, red.Side);

    internal static MetricQuery Ask(ProviderSpec.Prometheus connection, string query, string @namespace, DateTimeOffset at) => new(
        Prometheus,
        Secrets(connection).Any(secret => secret is SecretValue.FromSecret or SecretValue.Plain { IsFilledLater: true })
        || Texts(connection, query).Any(SecretPlaceholder.IsIn) ? @namespace : "",
        connection.Address,
        query,
        connection.Range,
        at,
        // A run that an older version resolved may name a longer one.
        connection.Timeout < MetricReader.LongestTimeout ? connection.Timeout : MetricReader.LongestTimeout,
        connection.Authentication,
        connection.Headers,
        connection.IsInsecure,
        connection.CertificateAuthority);

    private static IEnumerable<SecretValue?> Secrets(ProviderSpec.Prometheus connection)
    {
        yield return connection.CertificateAuthority;
        foreach (var header in connection.Headers) yield return header.Value;
        if (connection.Authentication is MetricAuthentication.Bearer bearer) yield return bearer.Token;
        if (connection.Authentication is MetricAuthentication.OAuth2 client)
        {
            yield return client.ClientId;
            yield return client.ClientSecret;
        }

        if (connection.Authentication is not MetricAuthentication.Basic basic) yield break;
        yield return basic.User;
        yield return basic.Password;
    }

    private static IEnumerable<string?> Texts(ProviderSpec.Prometheus connection, string query)
    {
        yield return query;
        yield return connection.Address;
        yield return (connection.Authentication as MetricAuthentication.OAuth2)?.TokenUrl;
    }
}
