using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Engine.Ports;
using Canary.Kubernetes.Mapping;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

/// <summary>The spec of a Rollout names another workload than the one that Canary holds for it.</summary>
public sealed class GivenAWorkloadThatIsHeld
{
    private const string Deployment = "{ name: checkout, service: shop }";
    private const string Set = "{ kind: StatefulSet, name: checkout, service: shop }";

    [TestCase(Deployment, "{ name: payments, service: shop }")]
    [TestCase(Deployment, Set)]
    [TestCase(Set, "{ kind: StatefulSet, name: payments, service: shop }")]
    [TestCase(Set, Deployment)]
    public void WhenAnotherIsNamed_ThenTheEditIsRefused_AndTheHeldOneStaysInForce(string held, string named)
    {
        foreach (var isRunning in new[] { false, true })
        {
            var rollout = Read(held, named, isRunning);

            Assert.That(rollout.Errors.Single().ToString(), Does.StartWith("spec.workload.name: it was ")
                .And.Contains("'checkout' before, which Canary holds. Delete this Rollout first, so that checkout is given back"));
            var governing = rollout.Status.Governing(rollout.Spec)!;
            Assert.That((governing.Set?.Reference ?? governing.Workload!.Reference).Name, Is.EqualTo("checkout"),
                "a deletion gives that one back");
        }
    }

    [TestCase(Deployment, "{ name: checkout, service: other }")]
    [TestCase(Set, Set)]
    [TestCase(null, Deployment)]
    [TestCase(Deployment, null)]
    public void WhenItIsTheSameOrNothingWasHeldOrItsCopyIsNamedAsASide_ThenTheSpecIsTaken(string? held, string? named)
    {
        var rollout = Read(held, named, isRunning: false);

        Assert.That(rollout.Errors, Is.Empty);
        Assert.That(rollout.Spec, Is.Not.Null);
    }

    [Test]
    public void WhenASetIsNoLongerNamed_ThenItIsHeldAllTheSame() =>
        Assert.That(Read(Set, null, isRunning: false).Errors, Has.Count.EqualTo(1));

    [TestCase("metadata: { name: NAME, namespace: shop }", "checkout", "metadata.name: it has 64 letters")]
    [TestCase("metadata: { name: checkout, namespace: shop }", "NAME", "spec.workload.name: it has 64 letters")]
    public void WhenANameDoesNotFitIntoALabel_ThenItIsRefusedBeforeAnythingIsWritten(string metadata, string workload, string expected)
    {
        var name = new string('a', 64);
        var document = Yaml.Object(metadata.Replace("NAME", name));
        document["spec"] = Spec($"{{ name: {workload.Replace("NAME", name)}, service: shop }}");
        document["spec"]!["traffic"]!["stable"] = Yaml.Object("service: shop-stable");
        document["spec"]!["traffic"]!["canary"] = Yaml.Object("service: shop-canary");

        Assert.That(RolloutMapping.Read(document).Errors.Select(error => error.ToString()), Has.Some.StartsWith(expected));
    }

    private static RolloutSnapshot Read(string? held, string? named, bool isRunning)
    {
        var accepted = RolloutSpecMapping.Read(Spec(held)).Spec!;
        var status = RolloutStatus.New with
        {
            StableRevision = "v1",
            CanaryRevision = "v1",
            Accepted = accepted,
            StartedAt = isRunning ? new(2026, 11, 20, 8, 0, 0, System.TimeSpan.Zero) : null,
        };
        var document = Yaml.Object("metadata: { name: checkout, namespace: shop, uid: u1, resourceVersion: '7' }");
        (document["spec"], document["status"]) = (Spec(named), RolloutStatusMapping.Write(status));
        return RolloutMapping.Read(document);
    }

    private static JsonObject Spec(string? workload) => Yaml.Object($$"""
        {{(workload is null ? "" : $"workload: {workload}")}}
        traffic:
          {{(workload is null ? "stable: { service: checkout-stable, workload: { name: checkout-stable } }" : "")}}
          {{(workload is null ? "canary: { service: checkout-canary, workload: { name: checkout } }" : "")}}
          istio: { virtualServices: [{ name: checkout, routes: [primary] }] }
        strategy: { canary: { steps: [{ setWeight: 5 }] } }
        """);
}
