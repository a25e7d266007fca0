using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Canary.Controller.Tests.Process;
using Canary.Core.Rollouts;
using Canary.Engine.Ports;
using NUnit.Framework;
using Prometheus;

namespace Canary.Controller.Tests.Web;

public sealed class GivenThePageOfMetrics
{
    private MeasuredWorld _world = null!;
    private string _folder = null!;

    [SetUp]
    public async Task BuildAsync()
    {
        _folder = Directory.CreateTempSubdirectory("canary-").FullName;
        _world = await MeasuredWorld.StartAsync();
    }

    [TearDown]
    public void End()
    {
        _world.Dispose();
        Directory.Delete(_folder, true);
    }

    [Test]
    public async Task WhenItIsComparedWithTheStoredOne_ThenNamesTypesLabelsAndBucketsAreTheSame()
    {
        var stored = Stored("metrics-of-rollouts.txt").Union(Stored("metrics-of-a-process.txt")).Order(StringComparer.Ordinal).ToArray();

        var now = MetricsText.Shapes(await _world.PageAsync(), "canary_")
            .Union(MetricsText.Shapes(await PageOfAProcessAsync(), "canary_"))
            .Order(StringComparer.Ordinal)
            .ToArray();

        Assert.That(stored, Has.Length.GreaterThan(60));
        Assert.That(now, Is.EqualTo(stored));
    }

    [Test]
    public async Task WhenRolloutsAreShown_ThenEachHasItsWeightsItsStepAndItsPhase()
    {
        var page = await _world.PageAsync();

        Assert.That(page, Does.Contain("\ncanary_rollout_weight{namespace=\"shop\",rollout=\"checkout\",kind=\"desired\"} 20\n")
            .And.Contain("\ncanary_rollout_weight{namespace=\"shop\",rollout=\"checkout\",kind=\"applied\"} 10\n")
            .And.Contain("\ncanary_rollout_step{namespace=\"shop\",rollout=\"checkout\"} 2\n")
            .And.Contain("\ncanary_rollout_traffic_mismatch{namespace=\"shop\",rollout=\"checkout\"} 0\n")
            .And.Contain("\ncanary_rollout_phase{namespace=\"shop\",rollout=\"checkout\",phase=\"Progressing\"} 1\n")
            .And.Contain("\ncanary_rollouts{phase=\"Progressing\"} 1\n").And.Contain("\ncanary_rollouts{phase=\"Paused\"} 0\n")
            .And.Not.Contain("rollout=\"cart\",kind=\"applied\""));
    }

    [Test]
    public async Task WhenAPhaseAndAWeightEnd_ThenTheirSeriesDo()
    {
        _world.Rollouts.Show(MeasuredWorld.Checkout, MeasuredWorld.Status(Phase.RolledBack, 3, 0, null));

        var page = await _world.PageAsync();

        Assert.That(page, Does.Contain("\ncanary_rollout_phase{namespace=\"shop\",rollout=\"checkout\",phase=\"RolledBack\"} 1\n")
            .And.Not.Contain("rollout=\"checkout\",phase=\"Progressing\"").And.Not.Contain("rollout=\"checkout\",kind=\"applied\"")
            .And.Contain("\ncanary_rollouts{phase=\"Progressing\"} 0\n").And.Contain("\ncanary_rollouts{phase=\"RolledBack\"} 1\n"));
    }

    [Test]
    public async Task WhenARolloutIsGone_ThenItsSeriesAreToo()
    {
        _world.Rollouts.Remove(MeasuredWorld.Cart);

        var page = await _world.PageAsync();

        Assert.That(
            page,
            Does.Not.Contain("cart").And.Contain("rollout=\"checkout\"").And.Contain("\ncanary_rollouts{phase=\"Initializing\"} 0\n"));
    }

    [Test]
    public async Task WhenAnotherProcessLeads_ThenNoRolloutIsShown()
    {
        _world.Rollouts.Clear();

        var page = await _world.PageAsync();

        Assert.That(
            page,
            Does.Not.Contain("rollout=\"").And.Contain("\ncanary_rollouts{phase=\"Progressing\"} 0\n").And.Contain(
                "\ncanary_verdicts_total{"));
    }

    [Test]
    public async Task WhenOpenMetricsIsAsked_ThenTheDurationOfAQueryNamesTheRolloutThatAsked()
    {
        var page = await _world.PageAsync(ExpositionFormat.OpenMetricsText);

        Assert.That(
            page,
            Does.Match(
                "canary_query_duration_seconds_bucket\\{provider=\"prometheus\",le=\"[^\"]+\"\\} \\d+ # \\{rollout=\"shop/checkout\"\\} "));
    }

    [Test]
    public async Task WhenTheNameOfARolloutIsTooLongForAnExemplar_ThenItsQueryIsStillTimed()
    {
        await _world.AskAsync(new RolloutName(new string('n', 63), new string('r', 200)));

        Assert.That(
            await _world.PageAsync(ExpositionFormat.OpenMetricsText),
            Does.Contain("\ncanary_query_duration_seconds_count{provider=\"prometheus\"} 3\n"));
    }

    [Test]
    public async Task WhenPromtoolChecksIt_ThenItFindsNothing()
    {
        Assert.That(await CheckAsync(await _world.PageAsync()), Is.EqualTo((0, "")));

        Assert.That(await CheckAsync(await PageOfAProcessAsync()), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task WhenAServerAsksAController_ThenItGetsTheFormatThatItAccepts()
    {
        await using var server = await FakeApiServer.StartAsync();
        await using var run = ControllerRun.Against(server.Address, _folder);

        var text = await run.ScrapeAsync("text/plain");
        var open = await run.ScrapeAsync("application/openmetrics-text; version=1.0.0");

        Assert.That(text.MediaType, Is.EqualTo("text/plain"));
        Assert.That(
            text.Page,
            Does.Contain("\ncanary_build_info{version=").And.Contain("\nprocess_cpu_seconds_total ").And.Contain(
                "\ndotnet_gc_pause_seconds_total "));
        Assert.That(open.MediaType, Is.EqualTo("application/openmetrics-text"));
        Assert.That(open.Page, Does.EndWith("# EOF\n"));
    }

    private async Task<string> PageOfAProcessAsync()
    {
        await using var server = await FakeApiServer.StartAsync();
        await using var run = ControllerRun.Against(server.Address, _folder);
        await run.UntilAsync(async () => (await run.GetAsync("/metrics")).Text.Contains("\ncanary_leader 1\n", StringComparison.Ordinal));
        await run.UntilAsync(async () => (await run.GetAsync("/readyz")).Code == 200);
        return (await run.GetAsync("/metrics")).Text;
    }

    private static IReadOnlySet<string> Stored(string file) =>
        MetricsText.Shapes(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Web", "Fixtures", file)), "canary_");

    private static async Task<(int Code, string Findings)> CheckAsync(string page)
    {
        var folder = Array.Find(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), folder => File.Exists(Path.Combine(folder, "promtool")))
            ?? throw new IgnoreException("promtool is not on the PATH. Run make test, or install it: apt-get install prometheus");
        var start = new ProcessStartInfo(Path.Combine(folder, "promtool"), ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var promtool = System.Diagnostics.Process.Start(start)!;
        await promtool.StandardInput.WriteAsync(page);
        promtool.StandardInput.Close();
        var findings = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, findings);
    }
}
