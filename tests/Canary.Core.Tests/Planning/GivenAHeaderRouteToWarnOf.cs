using System.Linq;
using Canary.Core.Planning;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

public sealed class GivenAHeaderRouteToWarnOf
{
    private static readonly Step Staff = Rollouts.A.HeaderRoute("staff");
    private static readonly Step Scale = new Step.SetCanaryScale(new CanaryScale.Replicas(3));

    [Test]
    public void WhenNothingSaysHowManyPodsTheCanaryHas_ThenItsStepIsNamed()
    {
        Assert.That(Paths(Staff), Is.EqualTo(new[] { "spec.strategy.canary.steps[0].setHeaderRoute" }));
        Assert.That(Paths(Scale, new Step.SetCanaryScale(new CanaryScale.MatchTrafficWeight()), Staff), Has.Length.EqualTo(1));
        Assert.That(Paths(Staff, Scale), Has.Length.EqualTo(1), "they come too late");
    }

    [Test]
    public void WhenTheScaleIsSetBefore_OrTheWorkloadsAreTheUsers_ThenThereIsNothingToSay()
    {
        Assert.That(Paths(Scale, Staff), Is.Empty);
        Assert.That(Paths(Rollouts.A.HeaderRoute("staff", 0)), Is.Empty, "it takes the route away");
        Assert.That(HeaderRouteWarnings.Find(Rollouts.A.Plain with { Steps = [Staff] }), Is.Empty);
    }

    private static string[] Paths(params Step[] steps) =>
        [.. HeaderRouteWarnings.Find(Rollouts.A.Plain with
        {
            Workload = new CopiedWorkload(new WorkloadReference("Deployment", "checkout"), null),
            Steps = [.. steps],
        }).Select(warning => warning.Path)];
}
