using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using Canary.Kubernetes.Api;

namespace Canary.Controller.Web;

/// <summary>Names of instruments as Prometheus writes them: <c>canary.reconcile.duration</c> in <c>s</c> is <c>canary_reconcile_duration_seconds</c>.</summary>
internal static class MetricNames
{
    private static readonly FrozenDictionary<string, string> Renamed = new Dictionary<string, string>
    {
        [ApiMetrics.Requests] = "canary_api_requests_total",
        [ApiMetrics.Duration] = "canary_api_request_duration_seconds",
    }.ToFrozenDictionary();

    public static string Of(string instrument, string? unit, MetricKind kind)
    {
        if (Renamed.TryGetValue(instrument, out var known)) return known;
        var name = Plain(instrument) + unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return kind == MetricKind.Counter ? name + "_total" : name;
    }

    /// <summary>Letters, digits and underscores; a digit does not come first.</summary>
    public static string Plain(string name)
    {
        var plain = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return plain.Length > 0 && char.IsAsciiDigit(plain[0]) ? "_" + plain : plain;
    }
}
