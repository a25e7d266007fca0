using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Controller.Options;
using NUnit.Framework;

namespace Canary.Controller.Tests.Process;

public sealed class GivenTheControllerProcess
{
    private static readonly string[] Fields = ["Timestamp", "Level", "RenderedMessage", "Properties"];

    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("canary-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

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
        await using var run = ControllerRun.Against("http://127.0.0.1:1", _folder);

        Assert.That((await run.GetAsync("/healthz")).Code, Is.EqualTo(200));
        Assert.That((await run.GetAsync("/readyz")).Code, Is.EqualTo(503));
        run.Terminate();

        Assert.That(await run.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task WhenTheLogIsJson_ThenEachLineIsAnObjectWithTheDocumentedFields()
    {
        await using var run = ControllerRun.Against("http://127.0.0.1:1", _folder, "--log-format", "json");
        await run.UntilAsync(() => Task.FromResult(run.Log.Contains("are served on", StringComparison.Ordinal)));
        run.Terminate();
        await run.ExitAsync();

        var lines = run.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();

        Assert.That(lines, Is.Not.Empty);
        Assert.That(lines, Has.All.Matches<JsonObject>(line => Fields.All(field => line![field] is not null)));
        Assert.That(lines.Select(line => (string?)line["RenderedMessage"]), Has.Some.Contains("are served on"));
        Assert.That((string?)lines[0]["Level"], Is.EqualTo("Information"));
        Assert.That(OptionTable.LogFormat.Description, Does.Contain(string.Join(", ", Fields)));
    }

    [Test]
    public async Task WhenItGetsTheLease_ThenItLeadsAndGivesItUpOnTheWayOut()
    {
        await using var server = await FakeApiServer.StartAsync();
        await using var run = ControllerRun.Against(server.Address, _folder);

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
        await using var run = ControllerRun.Against(server.Address, _folder);
        await run.UntilAsync(() => Task.FromResult(run.Log.Contains("leading with term", StringComparison.Ordinal)));

        server.GiveLeaseTo("other");

        await run.UntilAsync(() => Task.FromResult(run.Log.Contains("on standby", StringComparison.Ordinal)));
        Assert.That((await run.GetAsync("/metrics")).Text, Does.Contain("\ncanary_leader 0\n"));
        Assert.That((await run.GetAsync("/readyz")).Code, Is.EqualTo(200));
        Assert.That((await run.GetAsync("/healthz")).Code, Is.EqualTo(200));
        Assert.That(server.Holder, Is.EqualTo("other"));
    }

    [Test]
    public async Task WhenTheApiServerGoesAway_ThenItIsNotReadyAndStillAlive()
    {
        var server = await FakeApiServer.StartAsync();
        await using var run = ControllerRun.Against(server.Address, _folder);
        await run.UntilAsync(async () => (await run.GetAsync("/readyz")).Code == 200);

        await server.DisposeAsync();

        await run.UntilAsync(async () => (await run.GetAsync("/readyz")).Code == 503);
        await run.UntilAsync(
            async () => (await run.GetAsync("/readyz")).Text is var text && text.Contains("Lease ", StringComparison.Ordinal)
            && text.Contains("cannot be reached", StringComparison.Ordinal));
        Assert.That((await run.GetAsync("/healthz")).Code, Is.EqualTo(200));
        Assert.That((await run.GetAsync("/metrics")).Text, Does.Contain("\ncanary_ready 0\n"));
    }

    [Test]
    public async Task WhenLeasesAreForbidden_ThenItIsNeverReadyAndSaysWhy()
    {
        await using var server = await FakeApiServer.StartAsync();
        server.Forbid("leases");
        await using var run = ControllerRun.Against(server.Address, _folder);

        await run.UntilAsync(async () => (await run.GetAsync("/readyz")).Text.Contains("cannot GET", StringComparison.Ordinal));

        var (code, text) = await run.GetAsync("/readyz");
        Assert.That((code, text), Is.EqualTo((503, text)));
        Assert.That(text, Does.StartWith("Lease ").And.Contain("/leases/canary-controller"));
        Assert.That((await run.GetAsync("/healthz")).Code, Is.EqualTo(200));
    }

    [TestCase("endpointslices")]
    [TestCase("rollouts")]
    [TestCase("deployments")]
    public async Task WhenAKindIsForbiddenFromTheBeginning_ThenItTakesNoLeaseAndIsNotReady(string resource)
    {
        await using var server = await FakeApiServer.StartAsync();
        server.Forbid(resource);
        await using var run = ControllerRun.Against(server.Address, _folder);

        await run.UntilAsync(
            async () => (await run.GetAsync("/readyz")).Text.Contains($"{resource}", StringComparison.Ordinal)
            && run.Log.Contains("cannot GET", StringComparison.Ordinal));
        Assert.That((await run.GetAsync("/readyz")).Code, Is.EqualTo(503));
        Assert.That(server.Holder, Is.Null);
        server.Forbid();

        await run.UntilAsync(async () => (await run.GetAsync("/readyz")).Code == 200 && server.Holder == "tested");
    }

    [Test]
    public async Task WhenALeaderMayNotReadAKindAnyMore_ThenItGivesTheLeaseUpAndSaysWhyAndTakesItNoMore()
    {
        await using var server = await FakeApiServer.StartAsync();
        await using var run = ControllerRun.Against(server.Address, _folder);
        await run.UntilAsync(() => Task.FromResult(run.Log.Contains("leading with term", StringComparison.Ordinal)));

        server.Forbid("endpointslices");

        await run.UntilAsync(() => Task.FromResult(server.Holder is ""));
        await run.UntilAsync(() => Task.FromResult(server.Events.Count > 0));
        var (code, text) = await run.GetAsync("/readyz");
        Assert.That((code, text), Is.EqualTo((503, text)));
        Assert.That(text, Does.Contain("endpointslices.discovery.k8s.io cannot be read").And.Not.Contain("Lease "));
        Assert.That(run.Log, Does.Contain("the Lease is given up, so that another process can lead: endpointslices"));
        Assert.That((string?)server.Events.First()["reason"], Is.EqualTo("LeaseGivenUp"));
        Assert.That((string?)server.Events.First()["message"], Does.Contain("tested: gives up the Lease").And.Contain("endpointslices"));
        Assert.That((await run.GetAsync("/healthz")).Code, Is.EqualTo(200));
        Assert.That(
            (await run.GetAsync("/metrics")).Text,
            Does.Contain("\ncanary_leader 0\n").And.Match("canary_cache_failing_seconds\\{resource=\"endpointslices[^}]*\\} 1[0-9]"));
        server.GiveLeaseTo("other");
        Assert.That(server.Holder, Is.EqualTo("other"));
    }

    [Test]
    public async Task WhenAPageIsAskedThatIsNone_ThenItSaysWhichThereAre()
    {
        await using var run = ControllerRun.Against("http://127.0.0.1:1", _folder);

        var (code, text) = await run.GetAsync("/");

        Assert.That((code, text), Is.EqualTo((404, "there are /metrics, /healthz, /readyz and /hooks/alertmanager\n")));
    }
}
