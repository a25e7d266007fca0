using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text;
using Canary.Core.Analysis;

namespace Canary.Providers.Metrics;

/// <summary>Makes the HTTP requests of queries.</summary>
internal static class PrometheusRequests
{
    /// <summary>The parameters, as a form or behind the question mark of an address.</summary>
    public static string Form(MetricQuery query)
    {
        var parameters = new List<(string Name, string Value)> { ("query", query.Query) };
        if (query.Range is { } range)
        {
            // A range without a time at this one is found before it is asked for; Prometheus says so of an empty one.
            var (from, to) = range.At(query.At, out _) ?? (query.At, query.At);
            parameters.AddRange([("start", Time(from)), ("end", Time(to)), ("step", range.Step.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture))]);
        }
        else
        {
            parameters.Add(("time", Time(query.At)));
        }

        // The server stops too when nobody waits any more.
        parameters.Add(("timeout", string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(query.Timeout.TotalMilliseconds)}ms")));
        return string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
    }

    public static Uri Endpoint(Uri address, MetricQuery query) =>
        new($"{address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v1/{(query.Range is null ? "query" : "query_range")}", UriKind.Absolute);

    public static HttpRequestMessage Get(Uri endpoint, string form) => new(HttpMethod.Get, new Uri($"{endpoint}?{form}", UriKind.Absolute));

    public static HttpRequestMessage Post(Uri endpoint, string form) => new(HttpMethod.Post, endpoint)
    {
        Content = new ByteArrayContent(Encoding.ASCII.GetBytes(form)) { Headers = { ContentType = new("application/x-www-form-urlencoded") } },
    };

    private static string Time(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1000m).ToString("0.000", CultureInfo.InvariantCulture);
}
