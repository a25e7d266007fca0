using System;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Controller.Tests.Process;

public sealed class GivenTheControllerProcess
{
    private string folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("canary-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, true);

    [Test]
    public async Task WhenHelpIsAsked_ThenItIsGivenOnStandardOutput()
    {
        await using var run = new ControllerRun("--help");

        var output = await run.OutputAsync();

        Assert.That(await run.ExitAsync(), Is.Zero);
        Assert.That(output, Does.Contain("--lease-namespace").And.Contain("CANARY_PROMETHEUS"));
    }

    [Test]
    public async Task WhenItIsMisused_ThenItSaysEverythingAndExitsWithTwo()
    {
        await using var run = new ControllerRun("run", "--workers", "0", "--log-level", "loud");

        Assert.That(await run.ExitAsync(), Is.EqualTo(2));
        await run.OutputAsync();
        Assert.That(run.Log, Does.Contain("--workers: found '0'").And.Contain("--log-level: found 'loud'"));
    }

    [Test]
    public async Task WhenTheApiServerIsAway_ThenItIsAliveAndNotReadyAndStopsAsAsked()
    {
        await using var run = ControllerRun.Against("http://127.0.0.1:1", folder);

        Assert.That((await run.GetAsync("/healthz")).Code, Is.EqualTo(200));
        Assert.That((await run.GetAsync("/readyz")).Code, Is.EqualTo(503));
        run.Terminate();

        Assert.That(await run.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task WhenItGetsTheLease_ThenItLeadsAndGivesItUpOnTheWayOut()
    {
        await using var server = await FakeApiServer.StartAsync();
        await using var run = ControllerRun.Against(server.Address, folder);

        await run.UntilAsync(async () => (await run.GetAsync("/metrics")).Text.Contains("\ncanary_leader 1\n", StringComparison.Ordinal));
        await run.UntilAsync(async () => (await run.GetAsync("/readyz")).Code == 200);
        Assert.That(server.Holder, Is.EqualTo("tested"));
        run.Terminate();

        Assert.That(await run.ExitAsync(), Is.Zero);
        Assert.That(server.Holder, Is.Empty);
    }

    [Test]
    public async Task WhenAnotherTakesTheLease_ThenItStandsByAndIsStillReady()
    {
        await using var server = await FakeApiServer.StartAsync();
        await using var run = ControllerRun.Against(server.Address, folder);
        await run.UntilAsync(() => Task.FromResult(run.Log.Contains("leading with term", StringComparison.Ordinal)));

        server.GiveLeaseTo("other");

        await run.UntilAsync(() => Task.FromResult(run.Log.Contains("on standby", StringComparison.Ordinal)));
        Assert.That((await run.GetAsync("/metrics")).Text, Does.Contain("\ncanary_leader 0\n"));
        Assert.That((await run.GetAsync("/readyz")).Code, Is.EqualTo(200));
        Assert.That((await run.GetAsync("/healthz")).Code, Is.EqualTo(200));
        Assert.That(server.Holder, Is.EqualTo("other"));
    }

    [Test]
    public async Task WhenAPageIsAskedThatIsNone_ThenItSaysWhichThereAre()
    {
        await using var run = ControllerRun.Against("http://127.0.0.1:1", folder);

        var (code, text) = await run.GetAsync("/");

        Assert.That((code, text), Is.EqualTo((404, "there are /metrics, /healthz, /readyz and /hooks/alertmanager\n")));
    }
}
