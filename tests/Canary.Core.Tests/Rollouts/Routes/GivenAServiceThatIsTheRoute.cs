using System.Collections.Generic;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Testing.Routers;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Routes;

/// <summary>Without a mesh the Service that clients call is the route, and labels of pods are the weight.</summary>
public sealed class GivenAServiceThatIsTheRoute
{
    private static readonly CopiedWorkload Checkout = new(new WorkloadReference("Deployment", "checkout"), null);

    [TestCase(null, null, false)]
    [TestCase(null, "checkout", false, TestName = "WhenItIsNamedAsBefore_ThenItIsTheSame")]
    [TestCase(null, "shop", true, TestName = "WhenAnotherServiceIsNamed_ThenItIsTakenOverAsAtFirst")]
    [TestCase("shop", null, true, TestName = "WhenNoServiceIsNamedAnyMore_ThenThatOfTheWorkloadIsTakenOver")]
    public void WhenTheServiceChanges(string? before, string? now, bool isTakenOver) =>
        Assert.That(Classify.IsRoutedElsewhere(Between(before, now, new PodRouter())), Is.EqualTo(isTakenOver));

    [Test]
    public void WhenTheRouterHasWeights_ThenTheServiceIsNoRoute() =>
        Assert.That(Classify.IsRoutedElsewhere(Between(null, "shop", new NamedRouter("checkout"))), Is.False);

    [Test]
    public void WhenTheLabelsAreStillThoseOfTheWeight_ThenTheNextStepWaitsForThem()
    {
        var world = new FakeWorld(A.Plain).Settle().Push("v2").Settle();
        world.IsBehind = true;
        world.Push("v3").Settle();
        var cut = world.Status;

        world.IsBehind = false;
        world.Settle();

        Assert.Multiple(() =>
        {
            Assert.That((cut.IsRestarting, cut.CanaryRevision), Is.EqualTo((true, "v3")));
            Assert.That(cut.Weights.Desired, Is.EqualTo(Weight.Zero));
            Assert.That(cut.Message, Does.Contain("waiting until VirtualService shop/checkout route r0"));
            Assert.That(world.Status.IsRestarting, Is.False);
        });
    }

    private static Evaluation Between(string? before, string? now, RouterSpec router)
    {
        var spec = A.Plain with { Traffic = A.Traffic with { Router = router }, Workload = Checkout };
        var world = new FakeWorld(A.Plain);
        return new Evaluation(spec with { Workload = Checkout with { Service = now } }, [],
            world.Status with { StableRevision = "v1", Accepted = spec with { Workload = Checkout with { Service = before } } },
            world.Look(), world.Now);
    }

    private sealed record PodRouter : RouterSpec
    {
        public override string Key => "pods";

        public override bool HasRoutes => true;

        public override bool SharesByPods => true;

        public override IEnumerable<SpecError> Check() => [];
    }
}
