using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>The commands of the README and of the pages beside it, as they stand there, typed by a newcomer in a fresh clone.</summary>
public sealed class GivenTheReadme
{
    /// <summary>What whoever runs these tests has typed already.</summary>
    private const string Published = "make publish";

    private const string Environment = "source .sandbox/env";

    // Each shell block of the README, and of the pages for its first steps, by a text in it, with the reason where no test of this fixture
    // runs it.
    private static readonly (string Text, string? Elsewhere)[] Blocks =
    [
        ("make demo", "GivenTheDemo runs what it starts"),
        ("make sandbox", "every test of this fixture starts what it starts"),
        ("canary sandbox deploy --version 5.0.0", null),
        ("docker push", "needs a registry"),
        ("kubectl apply -k deploy/overlays/your-cluster", null),
        ("ln -sf canary", null),
        ("deploy/samples/1-service.yaml", null),
        ("set image deployment/checkout checkout=", null),
        ("finalizers", null),
        ("canary uninstall --check", null),
        ("kubectl delete rollouts", null),
        ("canary sandbox alert", null),
        ("versus-stable.yaml", null),
        ("canary backtest", null),
    ];

    private static readonly PageBlocks Readme = new("README.md", "docs/install.md", "docs/alerts.md");

    private ClonedFolder _clone = null!;

    private static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Clone()
    {
        if (World.IsCluster)
            throw new IgnoreException("the README is followed in the sandbox. Install nothing: unset CANARY_TEST_KUBECONFIG");
        _clone = new ClonedFolder();
    }

    [TearDown]
    public async Task LeaveAsync() => await _clone.DisposeAsync();

    [Test]
    public void WhenItHasABlock_ThenItIsRunOrItIsSaidWhyNot() =>
        Assert.That(Readme.All.Select(block => Blocks.Count(known =>
            block.Any(line => line.Contains(known.Text, StringComparison.Ordinal)))), Is.All.EqualTo(1).And.Exactly(Blocks.Length).Items);

    [Test, CancelAfter(300_000)]
    public async Task WhenTheSandboxIsPlayedWith_ThenEveryCommandWorksAndAnAlertRollsTheCanaryBack()
    {
        await _clone.StartSandboxAsync(Cancel);

        var played = await _clone.TypeAsync(Readme.Holding("canary sandbox deploy --version 5.0.0"), TimeSpan.FromSeconds(200), Cancel);
        var alerted = await _clone.TypeAsync([Environment, .. Readme.Holding("canary sandbox alert")], TimeSpan.FromSeconds(60), Cancel);

        Assert.That(played,
            Does.Contain("of Rollout shop/checkout. Watch it: canary status checkout -n shop --watch").And.Contain("RolloutPromoted"));
        Assert.That(alerted,
            Does.Contain("CheckoutErrors{severity=\"critical\", service=\"checkout\"} fires").And.Contain(
                "CheckoutErrors{severity=\"critical\", service=\"checkout\"} has ended"));
    }

    [Test, CancelAfter(300_000)]
    public async Task WhenItIsInstalledAndUninstalledInACluster_ThenTheApiServerTakesEveryObjectAndNothingStays()
    {
        await _clone.StartSandboxAsync(Cancel);
        var release = Readme.Holding("set image deployment/checkout checkout=");

        var installed = await _clone.TypeAsync(
            [Environment, .. Readme.Holding("kubectl apply -k deploy/overlays/your-cluster"), .. Readme.Holding("ln -sf canary")
                .Where(line => line != Published), .. Readme.Holding("deploy/samples/1-service.yaml")], TimeSpan.FromSeconds(100), Cancel);
        // Nobody waits for the five minutes of each step.
        var released = await _clone.TypeAsync(
            [Environment, "export PATH=~/.local/bin:$PATH", release[0], "kubectl canary wait checkout -n shop --for paused",
                "kubectl canary promote checkout -n shop --full", .. release.Skip(1)], TimeSpan.FromSeconds(100), Cancel);
        var asked = await _clone.TypeAsync([Environment, .. Readme.Holding("canary uninstall --check")], TimeSpan.FromSeconds(60), Cancel);
        var removed = await _clone.TypeAsync([Environment, .. Readme.Holding("kubectl delete rollouts"), "kubectl get namespaces"],
            TimeSpan.FromSeconds(60), Cancel);

        Assert.That(installed,
            Does.Contain("deployment.apps/canary-controller created").And.Contain("rollout.canary.delivery/checkout").And.Contain(
                "successfully rolled out"));
        // The sandbox made some of these objects without kubectl, which kubectl says.
        Assert.That(installed.Split('\n')
            .Where(line => line.Contains("Warning", StringComparison.Ordinal)
                && !line.Contains("last-applied-configuration", StringComparison.Ordinal)), Is.Empty);
        Assert.That(released, Does.Contain("Healthy"));
        Assert.That(asked, Does.Contain("Deployment checkout gets 2 pods and serves all traffic").And.Contain("nothing speaks against"));
        Assert.That(removed, Does.Contain("rollout.canary.delivery \"checkout\" deleted"));
    }

    [Test, CancelAfter(300_000)]
    public async Task WhenATemplateIsTriedByHand_ThenItsVerdictComesAndThePastAndTheNextRolloutAreTold()
    {
        await _clone.StartSandboxAsync(Cancel);
        string[] pages = ["docs/analysis.md", "docs/planning.md"];
        IEnumerable<string> lines = [Environment, .. Readme.Holding("versus-stable.yaml"), .. Readme.Holding("canary backtest"),
            .. pages.SelectMany(page => new PageBlocks(page).All.SelectMany(block => block))];

        var output = await _clone.TypeAsync(lines, TimeSpan.FromSeconds(200), Cancel);

        Assert.That(output,
            Does.Contain("Successful: error-rate: 3 measurements: 3 successful").And.Contain("a window every 1m").And.Contain(
                "Rollout:  shop/checkout, 4 weights in ").And.Contain("requests to stable"));
        Assert.That(output,
            Does.Contain("ON AVERAGE IN").And.Contain("Metric:   errors, failed requests by preset istio-service; alpha 0.005").And.Contain(
                "0 errors"));
    }

    [Test, CancelAfter(120_000)]
    public async Task WhenNoControllerRuns_ThenTheFinalizerIsTakenOffByHand()
    {
        await _clone.StartSandboxAsync(Cancel);

        var output = await _clone.TypeAsync([Environment, .. Readme.Holding("finalizers")], TimeSpan.FromSeconds(60), Cancel);

        Assert.That(output, Does.Contain("kind: VirtualService").And.Contain("rollout.canary.delivery/checkout patched"));
    }
}
