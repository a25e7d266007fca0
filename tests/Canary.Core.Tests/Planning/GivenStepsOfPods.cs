using System.Collections.Generic;
using System.Linq;
using Canary.Core.Planning;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

/// <summary>Weights that are numbers of pods: which of the steps so many pods cannot make.</summary>
public sealed class GivenStepsOfPods
{
    [Test]
    public void WhenThereAreThree_ThenFivePercentIsAQuarter_AndItIsSaidHowManyItTakes()
    {
        var warnings = Find(3, 5, 50);

        Assert.That(warnings.Single().ToString(),
            Is.EqualTo("spec.strategy.canary.steps[0].setWeight: weight 5 is 1 of 4 pods, 25 % while the service has 3; it takes 18 pods, or a mesh"));
    }

    [Test]
    public void WhenThereAreTwenty_ThenNothingIsSaid() => Assert.That(Find(20, 5, 25, 50), Is.Empty);

    [Test]
    public void WhenTheShareIsSmaller_ThenItIsSaid_AndNothingIsAdvised() =>
        Assert.That(Find(4, 30).Single().Message, Is.EqualTo("weight 30 is 1 of 4 pods, 25 % while the service has 4"));

    [Test]
    public void WhenOnePercentIsAsked_ThenItTakesManyPods() => Assert.That(Find(3, 1).Single().Message, Does.Contain("it takes 66 pods"));

    [Test]
    public void WhenTheRouterHasWeights_ThenNothingIsSaid() =>
        Assert.That(PodShareWarnings.Find(Spec(new WeightedRouter(), 5), 3), Is.Empty);

    private static SpecError[] Find(int replicas, params int[] weights) =>
        [.. PodShareWarnings.Find(Spec(new PodRouter(), weights), replicas)];

    private static RolloutSpec Spec(RouterSpec router, params int[] weights) => new(
        new TrafficSpec(new SideSpec("a", null, null), new SideSpec("b", null, null), router), null,
        [.. weights.Select(weight => new Step.SetWeight(Weight.FromPercent(weight)))], null, RolloutSpec.DefaultProgressDeadline, false);

    private sealed record PodRouter : WeightedRouter
    {
        public override bool SharesByPods => true;
    }

    private record WeightedRouter : RouterSpec
    {
        public override string Key => "any";

        public override bool HasRoutes => true;

        public override IEnumerable<SpecError> Check() => [];
    }
}
