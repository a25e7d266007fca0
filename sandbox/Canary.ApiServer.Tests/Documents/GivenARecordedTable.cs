using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Columns;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>Tables that a real API server answered.</summary>
public sealed class GivenARecordedTable
{
    private static readonly Dictionary<string, (string Group, string Kind)> Kinds = new(StringComparer.Ordinal)
    {
        ["deployments"] = ("apps", "Deployment"),
        ["replicasets"] = ("apps", "ReplicaSet"),
        ["pods"] = ("", "Pod"),
        ["services"] = ("", "Service"),
        ["endpointslices"] = ("discovery.k8s.io", "EndpointSlice"),
        ["configmaps"] = ("", "ConfigMap"),
        ["secrets"] = ("", "Secret"),
        ["namespaces"] = ("", "Namespace"),
        ["leases"] = ("coordination.k8s.io", "Lease"),
        ["events"] = ("", "Event"),
        ["horizontalpodautoscalers"] = ("autoscaling", "HorizontalPodAutoscaler"),
        ["customresourcedefinitions"] = ("apiextensions.k8s.io", "CustomResourceDefinition"),
    };

    [Test]
    public void WhenItsKindIsBuiltIn_ThenTheColumnsAreTheSame()
    {
        var tables = Tables().Where(line => Kinds.ContainsKey(Plural(line))).ToList();

        Assert.That(tables, Has.Count.GreaterThan(11));
        Assert.Multiple(() =>
        {
            foreach (var line in tables)
            {
                var (group, kind) = Kinds[Plural(line)];
                Assert.That(Shown(TableView.BuiltIn(group, kind).Select(column => column.ToJson())),
                    Is.EqualTo(Shown((JsonArray)line.Body!["columnDefinitions"]!)), line.Step);
            }
        });
    }

    [Test]
    public void WhenItIsACustomResource_ThenColumnsAndCellsAreTheSame()
    {
        var now = DateTimeOffset.Parse("2026-11-20T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        var columns =
            TableView.CustomResource(Recording.Definition().At("spec", "versions")![0].Member("additionalPrinterColumns") as JsonArray);
        var one = Recording.Lines("06-list.jsonl")
            .First(line => line.Step.StartsWith("Table with includeObject=Object", StringComparison.Ordinal));
        var recorded = (JsonObject)one.Body!["rows"]![0]!;
        var obj = (JsonObject)recorded["object"]!.DeepClone();
        obj["metadata"]!["creationTimestamp"] = "2026-11-20T11:59:54Z";
        obj["status"]!["startedAt"] = "2020-01-01T00:00:00Z";

        var table = TableView.Render(columns, [obj], now, "None", null);

        Assert.Multiple(() =>
        {
            Assert.That(JsonTexts.Compact(table["rows"]![0]!["cells"]), Is.EqualTo(JsonTexts.Compact(recorded["cells"])));
            Assert.That(table["rows"]![0]!["object"], Is.Null);
            Assert.That(columns.Skip(1)
                .Select(column => column.Description),
                Is.EqualTo(((JsonArray)one.Body["columnDefinitions"]!).Skip(1).Select(column => column.Member("description").Text())));
            Assert.That(Shown(columns.Select(column => column.ToJson())), Is.EqualTo(Shown((JsonArray)one.Body["columnDefinitions"]!)));
        });
    }

    private static IEnumerable<RecordedLine> Tables() =>
        Recording.Lines("06-list.jsonl").Concat(Recording.Lines("10-core-resources.jsonl")).Concat(Recording.Lines("01-discovery.jsonl"))
        .Where(line => line.Body.Member("kind").Text() == "Table");

    private static string Plural(RecordedLine line) => line.Path.Split('/')[^1];

    /// <summary>Columns without their descriptions, which are our own.</summary>
    private static string Shown(IEnumerable<JsonNode?> columns) => string.Join('\n', columns.Select(column =>
        $"{column.Member("name").Text()} {column.Member("type").Text()} {column.Member("format").Text()} "
            + $"{column.Member("priority").Whole()}"));
}
