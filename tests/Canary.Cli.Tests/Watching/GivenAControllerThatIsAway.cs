using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.Cli.Tests.Watching;

/// <summary>Every command that waits, against a status that is not written any more.</summary>
[CancelAfter(60_000)]
public sealed class GivenAControllerThatIsAway
{
    private SmallCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await SmallCluster.StartAsync(Cancel);
        await _cluster.SayAsync("Healthy", "2222", "2222", Cancel);
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [TestCase("status checkout --watch --timeout 2h")]
    [TestCase("wait checkout --for healthy --timeout 2h")]
    [TestCase("wait checkout --for promoted --timeout 120m")]
    [TestCase("wait checkout --for paused --timeout 2h")]
    [TestCase("wait checkout --for rolledback --timeout 2h")]
    [TestCase("wait checkout --for observed --timeout 2h")]
    public async Task WhenTheImageIsSet_ThenTheOldReleaseIsNotTheAnswer(string line)
    {
        await _cluster.SetImageAsync("checkout:2.0.0", Cancel);

        var (code, output, error) = await _cluster.RunAsync(line, "has not seen generation 2");

        Assert.That(code, Is.EqualTo((int)ExitCode.TimedOut), output + error);
        Assert.That(error, Does.Contain("within 2h: the controller has not seen generation 2 of checkout-canary yet"));
        Assert.That(output, Does.Contain("the controller has not seen generation 2 of checkout-canary yet (before it: Healthy)"));
    }

    [TestCase("wait checkout --for healthy --timeout 0")]
    [TestCase("status checkout --watch --timeout 0s")]
    public async Task WhenTheTimeoutIs0AndItIsSo_ThenItIsDone(string line)
    {
        var (code, output, error) = await _cluster.RunAsync(line);

        Assert.That((code, error), Is.EqualTo((0, "")), output);
    }

    [Test]
    public async Task WhenARequestMayWaitForEver_ThenItIsSent()
    {
        var (code, _, error) = await _cluster.RunAsync("abort payment --timeout 0");

        Assert.That((code, error.TrimEnd()),
            Is.EqualTo(((int)ExitCode.NotFound, "error: rollouts.canary.delivery \"payment\" not found in namespace default")));
    }

    [TestCase("get clustertemplates", "No cluster analysis templates found.")]
    [TestCase("get templates", "No analysis templates found in namespace default.")]
    public async Task WhenThereIsNothing_ThenItSaysWhereItLooked(string line, string said) =>
        Assert.That((await _cluster.RunAsync(line)).Error.TrimEnd(), Is.EqualTo(said));

    [TestCase("status checkout --watch")]
    [TestCase("wait checkout --for promoted")]
    public async Task WhenItComesBack_ThenTheNewReleaseIsTheAnswer(string line)
    {
        await _cluster.SetImageAsync("checkout:2.0.0", Cancel);
        var waiting = _cluster.RunAsync(line);

        await _cluster.SayAsync("Progressing", "3333", "2222", Cancel);
        await _cluster.SayAsync("Healthy", "3333", "3333", Cancel);

        var (code, output, error) = await waiting;
        Assert.That(code, Is.Zero, output + error);
        Assert.That(output, Does.Contain("Healthy"));
    }

    [Test]
    public async Task WhenTheDeploymentIsMadeAnew_ThenItsFirstGenerationIsNotTheOneThatWasSeen()
    {
        await _cluster.SetImageAsync("checkout:2.0.0", Cancel);
        await _cluster.SayAsync("Healthy", "2222", "2222", Cancel);
        await _cluster.Api.DeleteAsync(KnownKinds.Deployments, new ObjectName("default", "checkout-canary"), DeleteOptions.Default, Cancel);
        await _cluster.CreateDeploymentAsync("canary", Cancel);

        var (code, _, error) = await _cluster.RunAsync("wait checkout --for healthy --timeout 2h", "made anew");

        Assert.That((code, error),
            Is.EqualTo(((int)ExitCode.TimedOut,
                "error: rollout default/checkout is not healthy within 2h: the controller has not seen generation 1 of checkout-canary, "
                    + "which was made anew, yet\n")));
    }

    [Test]
    public async Task WhenStatusIsAsked_ThenItSaysThatItSpeaksOfTheReleaseBefore()
    {
        await _cluster.SetImageAsync("checkout:2.0.0", Cancel);

        var (code, output, _) = await _cluster.RunAsync("status checkout");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("the controller has not seen generation 2 of checkout-canary yet"));
    }

    [Test]
    public async Task WhenARequestIsNotAnswered_ThenItSaysWhatElseWasNotSeen()
    {
        await _cluster.SetImageAsync("checkout:2.0.0", Cancel);

        var (code, _, error) = await _cluster.RunAsync("abort checkout --timeout 2h", "");

        Assert.That(code, Is.EqualTo((int)ExitCode.TimedOut));
        Assert.That(error, Does.Contain("the controller has not seen generation 2 of checkout-canary yet"));
    }

    [Test]
    public async Task WhenItIsWatchedAsJson_ThenEachStateIsADocumentOnALine()
    {
        await _cluster.SetImageAsync("checkout:2.0.0", Cancel);
        var before = await _cluster.RunAsync("status checkout --watch -o json --timeout 2h", "{");
        await _cluster.SayAsync("RolledBack", "3333", "2222", Cancel);
        var after = await _cluster.RunAsync("status checkout --watch -o json");

        Assert.That((before.Code, Phases(before.Output)), Is.EqualTo(((int)ExitCode.TimedOut, "Healthy")));
        Assert.That((after.Code, Phases(after.Output)), Is.EqualTo(((int)ExitCode.Failed, "RolledBack")));

        static string Phases(string output) =>
            string.Join(",", output.Split('\n', System.StringSplitOptions.RemoveEmptyEntries)
                .Select(line => (string?)JsonNode.Parse(line)!["status"]!["phase"]));
    }

    [Test]
    public async Task WhenAnAnalysisIsMade_ThenItSaysThatNobodyLooksAtIt()
    {
        await _cluster.Api.CreateAsync(
            KnownKinds.AnalysisTemplates,
            "default",
            JsonNode.Parse(
                """{"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"quick"},"spec":{"metrics":[{"name":"one","count":1,"interval":"1s","successCondition":"result[0] > 0","provider":{"prometheus":{"query":"vector(1)"} } }]} }""")!.AsObject(),
            new WriteOptions("test"),
            Cancel);

        var (code, _, error) = await _cluster.RunAsync("analyze --template quick --watch --timeout 2h", "is made");

        Assert.That(code, Is.EqualTo((int)ExitCode.TimedOut));
        Assert.That(error, Does.Contain("no verdict within 2h: no controller has looked at it yet; AnalysisRun default/quick"));
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenTheWaitEndsWith3()
    {
        await _cluster.SetImageAsync("checkout:2.0.0", Cancel);
        var waiting = _cluster.RunAsync("wait checkout --for promoted");
        await _cluster.Api.DeleteAsync(KnownKinds.Rollouts, SmallCluster.Rollout, DeleteOptions.Default, Cancel);

        Assert.That((await waiting).Code, Is.EqualTo((int)ExitCode.NotFound));
    }

    [TestCase("wait checkout", "--for")]
    [TestCase("wait checkout --for green", "green")]
    [TestCase("wait checkout --for healthy --timeout soon", "--timeout: found 'soon', allowed are seconds")]
    [TestCase("promote checkout --timeout soon", "--timeout: found 'soon', allowed are seconds")]
    public async Task WhenTheCommandLineIsWrong_ThenItSaysWhatIsAllowed(string line, string said)
    {
        var (code, _, error) = await _cluster.RunAsync(line);

        Assert.That(code, Is.EqualTo((int)ExitCode.Usage));
        Assert.That(error, Does.Contain(said));
    }
}
