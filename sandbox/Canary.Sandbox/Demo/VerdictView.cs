using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Terminal;

namespace Canary.Sandbox.Demo;

/// <summary>The last measurement of one metric of an analysis, and what it was taken for.</summary>
internal sealed record VerdictView(string Metric, string Phase, string Value, string Message, int Successful, int Failed)
{
    public static IEnumerable<VerdictView> Read(JsonObject run) => run.ItemsAt("status", "metrics").Select(metric =>
    {
        var last = metric.ItemsAt("measurements").LastOrDefault();
        return new VerdictView(
            metric.TextAt("name") ?? "", last.TextAt("phase") ?? metric.TextAt("phase")
            ?? "", ShortNumber.Value(last.TextAt("value") ?? ""),
            last.TextAt("message") ?? metric.TextAt("message") ?? "",
            metric.NumberAt("successful") ?? 0, metric.NumberAt("failed") ?? 0);
    });
}
