using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>Istio before 1.22 serves v1beta1 alone; a later one may serve v1 alone.</summary>
public sealed class GivenAnIstioThatIsUpgraded
{
    private static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    [Test, CancelAfter(180_000)]
    public async Task WhenItHappensInTheMiddleOfARollout_ThenTheRolloutGoesOn()
    {
        if (World.IsCluster) Assert.Pass("the Istio of a real cluster is not to be changed");
        await using var world = await World.StartAsync(Cancel, "--istio-api-version", "v1beta1");
        world.StartController();
        await world.SetStepsAsync(Scenario.OpenSteps, null, Cancel);
        await world.UntilPhaseAsync("Healthy", Cancel);
        await world.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await world.UntilAsync("paused at 20", status => (string?)status["phase"] == "Paused"
            && (int?)status["weights"]?["applied"] == 20, Cancel);

        foreach (var name in new[] { "virtualservices", "destinationrules" }) await UpgradeAsync(world.Api, name);
        await world.AskAsync("one", "promote", Cancel);
        await world.UntilAsync("paused at 60", status => (string?)status["phase"] == "Paused"
            && (int?)status["weights"]?["applied"] == 60, Cancel);
        await world.AskAsync("two", "abort", Cancel);
        await world.UntilPhaseAsync("RolledBack", Cancel);

        Assert.That(await world.WeightAsync(Cancel), Is.Zero);
    }

    private static async Task UpgradeAsync(ApiClient api, string name)
    {
        var definition =
            await api.GetAsync(KnownKinds.CustomResourceDefinitions, new ObjectName(null, $"{name}.networking.istio.io"), Cancel);
        var versions = definition["spec"]!["versions"]!.AsArray();
        var newer = versions.Single()!.DeepClone();
        (newer["name"], newer["storage"], versions[0]!["served"]) =
            (JsonValue.Create("v1"), JsonValue.Create(false), JsonValue.Create(false));
        versions.Add(newer);
        await api.ReplaceAsync(KnownKinds.CustomResourceDefinitions, definition, null, new WriteOptions("end-to-end-tests"), Cancel);
    }
}
