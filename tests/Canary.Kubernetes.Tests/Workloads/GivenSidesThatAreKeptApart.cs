using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>The copy's pods keep away from those of the workload, and the workload's template says nothing of it.</summary>
public sealed class GivenSidesThatAreKeptApart : OneWorkload
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    private const string Term = """{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"checkout"}}}""";

    [TestCase("required", Required, Term)]
    [TestCase("preferred", Preferred, """{"weight":100,"podAffinityTerm":""" + Term + "}")]
    public async Task WhenTheCopyIsMade_ThenItHasTheTerm_AndBothSidesAreOfOneRevision(string wanted, string list, string term)
    {
        await StartApartAsync(wanted);

        await ArrangeAsync(Copying);
        var (copy, seen) = (Get(KnownKinds.Deployments, "checkout-stable"), await ObserveAsync());

        Assert.Multiple(() =>
        {
            Assert.That(Terms(copy, list).Last(), Is.EqualTo(term));
            Assert.That(Terms(copy, Required), Has.Some.Contains("zone"), "the team's own stays");
            Assert.That(seen.First.Revision, Is.Not.Null.And.EqualTo(seen.Second.Revision));
            Assert.That(copy["spec"]!["template"]!["spec"]!["topologySpreadConstraints"], Is.Not.Null);
            Assert.That(Terms(Get(KnownKinds.Deployments, "checkout"), list), Has.None.Contains("hostname"));
        });
    }

    [Test]
    public async Task WhenATemplateIsPromoted_ThenTheCopyHasTheTermOnce()
    {
        await StartApartAsync("required");
        await ArrangeAsync(Copying);
        Change("checkout", document => document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "checkout:2.0.0");
        await CaughtUpAsync();
        var seen = await ObserveAsync();
        var status = RolloutStatus.New with { RevisionScheme = seen.Scheme, Accepted = _shop.Snapshot().Spec };

        var result = await Workloads.PromoteTemplateAsync(_shop.Snapshot() with { Status = status }, _shop.Traffic(), Side.NamedCanary,
            seen.Second.Revision!, new Claim("rollout-1", 1, 1), A.Limit());
        await CaughtUpAsync();

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(Terms(Get(KnownKinds.Deployments, "checkout-stable"), Required).Count(term => term == Term), Is.EqualTo(1));
        Assert.That((await ObserveAsync()).First.Revision, Is.EqualTo(seen.Second.Revision));
    }

    [Test]
    public async Task WhenItIsAskedForLater_ThenNothingIsReleased()
    {
        await ServeFromTheCopyAsync();
        var before = await ObserveAsync();

        _shop.Cluster.Put(KnownKinds.Rollouts, Apart("required"));
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
        await ArrangeAsync(Serving);
        var seen = await ObserveAsync();

        Assert.That((seen.First.Revision, seen.Second.Revision), Is.EqualTo((before.First.Revision, before.Second.Revision)));
        Assert.That(Terms(Get(KnownKinds.Deployments, "checkout-stable"), Required), Is.Empty, "no pod of stable is replaced for it");
    }

    private async Task StartApartAsync(string wanted)
    {
        var workload = Yaml.Object(Deployment);
        workload["spec"]!["template"]!["spec"]!["affinity"] = JsonNode.Parse(
            """{"podAntiAffinity":{"LIST":[{"topologyKey":"zone","labelSelector":{"matchLabels":{"app":"database"}}}]}}"""
                .Replace("LIST", Required, System.StringComparison.Ordinal));
        await StartAsync(workload.ToJsonString());
        _shop.Cluster.Put(KnownKinds.Rollouts, Apart(wanted));
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
    }

    private static string Apart(string wanted) => Rollout.Replace("workload: { name: checkout }",
        $"workload: {{ name: checkout, antiAffinity: {wanted} }}", System.StringComparison.Ordinal);

    private static string[] Terms(JsonObject deployment, string list) =>
        [.. Json.Objects(deployment, "spec", "template", "spec", "affinity", "podAntiAffinity", list).Select(term => term.ToJsonString())];
}
