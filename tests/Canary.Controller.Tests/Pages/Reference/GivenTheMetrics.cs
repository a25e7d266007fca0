using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Canary.Controller.Tests.Process;
using Canary.Controller.Tests.Web;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Controller.Tests.Pages.Reference;

/// <summary>
/// The reference page of the controller's metrics, from the page of a process and from one on which everything is measured.
/// </summary>
public sealed class GivenTheMetrics
{
    [Test]
    public async Task WhenThePageIsRead_ThenItShowsEveryMetric()
    {
        using var world = await MeasuredWorld.StartAsync();

        ReferencePage.AssertIs(
            "controller-metrics.md",
            Print([.. MetricsText.Families(await world.PageAsync()), .. MetricsText.Families(await PageOfAProcessAsync())]));
    }

    private static async Task<string> PageOfAProcessAsync()
    {
        var folder = Directory.CreateTempSubdirectory("canary-").FullName;
        await using var server = await FakeApiServer.StartAsync();
        await using var run = ControllerRun.Against(server.Address, folder);
        await run.UntilAsync(async () => (await run.GetAsync("/readyz")).Code == 200);
        var page = (await run.GetAsync("/metrics")).Text;
        Directory.Delete(folder, true);
        return page;
    }

    private static string Print(IReadOnlyList<MetricsText.Family> families)
    {
        var text = new StringBuilder("""
            # Metrics of the controller

            The controller serves these metrics at `/metrics`, on the port of `--metrics-address`, in the text format and in OpenMetrics.
            `deploy/overlays/servicemonitor` lets the Prometheus operator scrape them. In OpenMetrics, the exemplar of `canary_query_duration_seconds`
            is the rollout that asked. The series of a rollout go when it is deleted, and when another process leads.

            Generated from the metrics that the controller registers. Do not edit this page: `make reference` writes it again.

            | metric | type | labels | meaning |
            |---|---|---|---|

            """);
        foreach (var family in families.GroupBy(family => family.Name).OrderBy(same => same.Key, StringComparer.Ordinal))
        {
            var labels = family.SelectMany(one => one.Labels).Distinct().Select(label => $"`{label}`");
            text.Append(
                $"| `{family.Key}` | {family.First().Type} | {string.Join(", ", labels)} | {ReferencePage.Cell(family.First().Help)} |\n");
        }

        return text.ToString();
    }
}
