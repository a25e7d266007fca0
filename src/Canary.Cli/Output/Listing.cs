using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Terminal;

namespace Canary.Cli.Output;

/// <summary>What can be listed, and its columns.</summary>
internal sealed record Listing(ResourceKind Kind, string Noun, IReadOnlyList<Column> Columns)
{
    private static readonly Column Name = new("NAME", (item, _) => Text(item["metadata"]?["name"]), false);
    private static readonly Column Age =
        new("AGE", (item, now) => Terminal.Age.Format((string?)item["metadata"]?["creationTimestamp"], now), false);

    private static readonly Listing Rollouts = new(KnownKinds.Rollouts, "rollouts",
    [
        Name,
        new("PHASE", (item, _) => Text(item["status"]?["phase"]), false),
        new("STEP", (item, _) => StepLine.Short(item), false),
        new("WEIGHT",
            (item, _) => ShortNumber.Shorten(Text(item["status"]?["weights"]?["applied"] ?? item["status"]?["weights"]?["desired"])),
            false),
        new("STABLE", (item, _) => Text(item["status"]?["stableRevision"]), true),
        new("REVISION", (item, _) => Text(item["status"]?["canaryRevision"]), false),
        Age,
        new("MESSAGE", (item, _) => ShortNumber.Shorten(Text(item["status"]?["message"])), false),
    ]);

    private static readonly Listing Runs = new(KnownKinds.AnalysisRuns, "analysis runs",
    [
        Name,
        new("PHASE", (item, _) => RunText.Phase(item), false),
        Age,
        new("MESSAGE", (item, _) => ShortNumber.Shorten(Text(item["status"]?["message"])), false),
    ]);

    private static readonly Column[] TemplateColumns =
    [
        Name,
        new("METRICS", (item, _) => string.Join(",", (item["spec"]?["metrics"] as JsonArray ?? []).Select(metric => Text(metric?["name"]))),
            false),
        new("ARGS", (item, _) => string.Join(",", (item["spec"]?["args"] as JsonArray ?? []).Select(arg => Text(arg?["name"]))), true),
        Age,
    ];

    /// <summary>The listing that the first word names, and the words left.</summary>
    public static (Listing Listing, IReadOnlyList<string> Names) Of(IReadOnlyList<string> words) =>
        words.FirstOrDefault()?.ToLowerInvariant() switch
        {
            "rollout" or "rollouts" => (Rollouts, [.. words.Skip(1)]),
            "run" or "runs" or "analysisrun" or "analysisruns" => (Runs, [.. words.Skip(1)]),
            "template" or "templates" or "analysistemplate" or "analysistemplates" =>
                (new Listing(KnownKinds.AnalysisTemplates, "analysis templates", TemplateColumns), [.. words.Skip(1)]),
            "clustertemplate" or "clustertemplates" or "clusteranalysistemplate" or "clusteranalysistemplates" =>
                (new Listing(KnownKinds.ClusterAnalysisTemplates, "cluster analysis templates", TemplateColumns), [.. words.Skip(1)]),
            _ => (Rollouts, words),
        };

    /// <summary>The heading, then a row an object.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows(IReadOnlyList<JsonObject> items, DateTimeOffset now, bool hasNamespace, bool isWide)
    {
        Column[] columns =
        [
            .. hasNamespace ? [new Column("NAMESPACE", (item, _) => Text(item["metadata"]?["namespace"]), false)] : Array.Empty<Column>(),
            .. Columns.Where(column => isWide || !column.IsWide),
        ];
        return [[.. columns.Select(column => column.Heading)],
            .. items.Select(item => columns.Select(column => column.Cell(item, now)).ToArray())];
    }

    private static string Text(JsonNode? node) => node?.ToString() ?? "";
}
