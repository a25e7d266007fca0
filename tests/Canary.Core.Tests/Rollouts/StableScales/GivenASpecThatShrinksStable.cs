using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Traffic;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.StableScales;

public sealed class GivenASpecThatShrinksStable
{
    private static readonly RolloutSpec Good = new ScaledWorld(4, A.SetWeight(50)).Spec;

    [Test]
    public void WhenItHasOneDeployment_ThenItIsAccepted() => Assert.That(RolloutRules.Check(Good), Is.Empty);

    [TestCaseSource(nameof(Refused))]
    public void WhenItIsNotPossible_ThenTheReasonIsSaid(RolloutSpec spec, string path, string reason)
    {
        var error = RolloutRules.Check(spec).Single(one => one.Path.EndsWith("dynamicStableScale"));

        Assert.That((error.Path, error.Message), Is.EqualTo((path, error.Message)));
        Assert.That(error.Message, Does.Contain(reason));
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        const string canary = "spec.strategy.canary.dynamicStableScale";
        yield return Case("two Deployments", Good with { Workload = null }, canary, "it needs spec.workload");
        yield return Case("a set", Good with
        {
            Workload = null,
            Set = new SetWorkload(new WorkloadReference(SetWorkload.StatefulSet, "web"), null),
        }, canary, "both sides of a StatefulSet are its pods");
        yield return Case("blue-green", Good with { BlueGreen = new BlueGreenStrategy() }, "spec.strategy.blueGreen.dynamicStableScale",
            "keeps all its pods");
        yield return Case("pods are not compared", Good with { Capacity = CapacityPolicy.Ignore }, canary, "capacity.policy is Ignore");
    }

    private static TestCaseData Case(string name, RolloutSpec spec, string path, string reason) =>
        new TestCaseData(spec, path, reason).SetName($"WhenItIsNotPossible_ThenTheReasonIsSaid({name})");
}
