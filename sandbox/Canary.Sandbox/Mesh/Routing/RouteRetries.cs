using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>When an attempt is made again. <see cref="Default"/> is what Istio gives to a route that says nothing.</summary>
internal sealed record RouteRetries(int Attempts, TimeSpan? PerTry, IReadOnlyList<string> On)
{
    private const string DefaultOn = "connect-failure,refused-stream,unavailable,cancelled";

    public static RouteRetries Default { get; } = new(2, null, DefaultOn.Split(','));

    public static RouteRetries Read(JsonNode? retries) => retries is null ? Default : new(
        retries.NumberAt("attempts") ?? 2,
        DocumentDuration.TryParse(retries.TextAt("perTryTimeout"), out var length) ? length : null,
        (retries.TextAt("retryOn") ?? DefaultOn).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>True when an answer with this status is to be asked for again.</summary>
    public bool CoversStatus(int status) => On.Any(rule => rule switch
    {
        "5xx" => status is >= 500 and <= 599,
        "gateway-error" => status is 502 or 503 or 504,
        "retriable-4xx" => status == 409,
        _ => rule == status.ToString(System.Globalization.CultureInfo.InvariantCulture),
    });

    public bool CoversConnectFailure => On.Any(rule => rule is "connect-failure" or "5xx" or "gateway-error");

    public bool CoversReset => On.Any(rule => rule is "reset" or "5xx" or "gateway-error" or "refused-stream");

    /// <summary>An attempt that takes too long counts as 504.</summary>
    public bool CoversTimeout => CoversStatus(504);
}
