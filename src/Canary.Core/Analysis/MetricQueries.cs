using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace Canary.Core.Analysis;

/// <summary>The query that one measurement sends.</summary>
public static class MetricQueries
{
    /// <summary>Key of the source that answers both providers.</summary>
    public const string Prometheus = "prometheus";

    /// <summary>The query for the tick <paramref name="at"/>. Two that are equal have the same answer, whoever asks.</summary>
    /// <param name="metric">What is measured.</param>
    /// <param name="namespace">Where its Secrets are; it counts only where there are any.</param>
    /// <param name="at">Evaluation time.</param>
    /// <param name="problem">Why there is none: the run was changed by hand, or made by an engine that knew more presets.</param>
    public static MetricQuery? For(MetricSpec metric, string @namespace, DateTimeOffset at, out string problem)
    {
        problem = "";
        if (metric.Provider is ProviderSpec.Prometheus own) return Ask(own, own.Query, @namespace, at);
        if (metric.Provider is not ProviderSpec.Red red) throw new UnreachableException();
        if (RedPreset.Find(red.Preset) is not { } preset) problem = $"there is no preset \"{red.Preset}\"; there are {string.Join(", ", RedPreset.All.Select(one => one.Key))}";
        else if (preset.Missing(red.Subject) is { Count: > 0 } missing) problem = $"preset {preset.Key} has no value for {string.Join(", ", missing)}";
        else
        {
            var labels = preset.RenamedLabels(red.Subject, red.Side);
            return Ask(red.Connection, preset.Query(red.Signal, red.Subject, red.Quantile, red.Window, red.Side), @namespace, at) with
            {
                Red = preset.Question(red.Signal, red.Subject, red.Quantile, red.Window, red.Side),
                Probe = preset.RenamedProbe(red.Subject, red.Side),
                ProbeFinding = $"there are series with {labels}: scraping renamed the labels of preset {preset.Key}; set honor_labels, or subject.labels to exported",
            };
        }

        return null;
    }

    /// <summary>
    /// The query for how many samples the measurement of the same tick saw: requests in the window of a RED metric, <c>samplesQuery</c> of a query of one's own. Null: there is none.
    /// </summary>
    public static MetricQuery? SamplesOf(MetricSpec metric, string @namespace, DateTimeOffset at) => metric.Provider switch
    {
        ProviderSpec.Prometheus { SamplesQuery: { } query } own => Ask(own, query, @namespace, at) with { Range = null },
        ProviderSpec.Red { Signal: not RedSignal.Requests } red when RedPreset.Find(red.Preset) is { } preset && preset.Missing(red.Subject).Count == 0 =>
            Ask(red.Connection, preset.Volume(red.Subject, red.Window, red.Side), @namespace, at) with { Red = preset.Question(null, red.Subject, 0, red.Window, red.Side) },
        _ => null,
    };

    private static MetricQuery Ask(ProviderSpec.Prometheus connection, string query, string @namespace, DateTimeOffset at) => new(
        Prometheus,
        Secrets(connection).Any(secret => secret is SecretValue.FromSecret or SecretValue.Plain { IsFilledLater: true }) || Texts(connection, query).Any(SecretPlaceholder.IsIn) ? @namespace : "",
        connection.Address,
        query,
        connection.Range,
        at,
        connection.Timeout,
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
