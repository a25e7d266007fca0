using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Cli.Commands;
using NUnit.Framework;

namespace Canary.Cli.Tests.Output;

public sealed class GivenAHistoryToShow
{
    private static readonly JsonObject Rollout = (JsonObject)JsonNode.Parse("""
        {"status":{"stableRevision":"v2","canaryRevision":"v3","history":[
         {"revision":"v3","outcome":"RolledBack","startedAt":"2026-12-01T07:00:00Z","endedAt":"2026-12-01T07:09:00Z","highestWeight":25,"reason":"error rate 4.1 %"},
         {"revision":"v2","outcome":"Promoted","startedAt":"2026-12-01T05:00:00Z","endedAt":"2026-12-01T06:00:00Z","highestWeight":100,"reason":"all steps passed","stableRevision":"v1"},
         {"revision":"v0","outcome":"Promoted","startedAt":"2026-11-01T05:00:00Z","endedAt":"2026-11-01T06:00:00Z","highestWeight":100,"reason":"all steps passed"}]}}
        """)!;

    [Test]
    public void WhenItIsShown_ThenEachLineSaysHowItEndedAndWhetherItsTemplateExists()
    {
        var rows = HistoryCommand.Rows(Rollout, new HashSet<string> { "v3", "v2" }).Select(row => string.Join(" | ", row));

        Assert.That(rows, Is.EqualTo(new[]
        {
            "REVISION | NOW | OUTCOME | WEIGHT | ENDED | TEMPLATE | REASON",
            "v3 | canary | RolledBack | 25 | 2026-12-01 07:09:00Z | yes | error rate 4.1 %",
            "v2 | stable | Promoted | 100 | 2026-12-01 06:00:00Z | yes | all steps passed",
            "v0 |  | Promoted | 100 | 2026-11-01 06:00:00Z | gone | all steps passed",
        }));
    }

    [Test]
    public void WhenReplicaSetsMayNotBeRead_ThenTheTemplatesAreUnknown() =>
        Assert.That(HistoryCommand.Rows(Rollout, null).Skip(1).Select(row => row[5]), Is.All.EqualTo("unknown"));

    [Test]
    public void WhenABaselineWasNeverReleased_ThenItIsListedAllTheSame() =>
        Assert.That(HistoryCommand.Rows((JsonObject)JsonNode.Parse("""{"status":{"stableRevision":"v1","canaryRevision":"v1"}}""")!,
            new HashSet<string> { "v1" })[1], Is.EqualTo(new[] { "v1", "stable", "", "", "", "yes", "" }));
}
