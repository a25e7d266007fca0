using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;

namespace Canary.Providers.Prometheus.Query;

/// <summary>One call of the API, as HTTP requests.</summary>
/// <param name="Path">Behind <c>/api/v1/</c>.</param>
/// <param name="Form">The parameters, as a form or behind the question mark of an address.</param>
/// <param name="MayBePosted">The server takes it as a form too.</param>
/// <param name="Data">Reads the data of the answer; null: it is the result of a query.</param>
internal sealed record PrometheusRequest(string Path, string Form, bool MayBePosted, Func<JsonElement, PrometheusResult>? Data)
{
    public static readonly PrometheusRequest Alerts = new("alerts", "", MayBePosted: false, DocumentReader.Alerts);

    /// <summary>Native histograms of the result are taken, and nothing else.</summary>
    public bool TakesHistograms { get; init; }

    public static PrometheusRequest Instant(string query, DateTimeOffset at, TimeSpan timeout) =>
        new("query", Encode([("query", query), ("time", Time(at)), Limit(timeout)]), MayBePosted: true, null);

    public static PrometheusRequest Range(string query, DateTimeOffset from, DateTimeOffset to, TimeSpan step, TimeSpan timeout) => new(
        "query_range",
        Encode(
        [
            ("query", query),
            ("start", Time(from)),
            ("end", Time(to)),
            ("step", step.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)),
            Limit(timeout),
        ]),
        MayBePosted: true,
        null);

    public static PrometheusRequest Series(IReadOnlyList<string> selectors, DateTimeOffset from, DateTimeOffset to) => new(
        "series",
        Encode([.. selectors.Select(selector => ("match[]", selector)), ("start", Time(from)), ("end", Time(to))]),
        MayBePosted: true,
        DocumentReader.Labels);

    public static PrometheusRequest Metadata(string? metric) =>
        new("metadata", metric is null ? "" : Encode([("metric", metric)]), MayBePosted: false, DocumentReader.Metadata);

    public HttpRequestMessage Get(Uri address) =>
        new(HttpMethod.Get, new Uri(Form.Length == 0 ? Endpoint(address) : $"{Endpoint(address)}?{Form}", UriKind.Absolute));

    public HttpRequestMessage Post(Uri address) => new(HttpMethod.Post, new Uri(Endpoint(address), UriKind.Absolute))
    {
        Content =
            new ByteArrayContent(Encoding.ASCII.GetBytes(Form)) { Headers = { ContentType = new("application/x-www-form-urlencoded") } },
    };

    private string Endpoint(Uri address) => $"{address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v1/{Path}";

    // The server stops too when nobody waits any more.
    private static (string Name, string Value) Limit(TimeSpan timeout) =>
        ("timeout", string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(timeout.TotalMilliseconds)}ms"));

    private static string Time(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1000m).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Encode(IEnumerable<(string Name, string Value)> parameters) =>
        string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
}
