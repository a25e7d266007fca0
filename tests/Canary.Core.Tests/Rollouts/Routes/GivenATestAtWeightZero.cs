using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Testing.Routers;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Routes;

/// <summary>An A/B test, or a mirror: the canary is tried at weight 0, and promoted then.</summary>
public sealed class GivenATestAtWeightZero
{
    private static readonly TestStrategy Ab = new(TestKind.AbTest, A.Header("group").Match, Weight.Full, TimeSpan.FromMinutes(10));

    private static readonly TestStrategy Mirror = new(TestKind.Mirror, [], Weight.FromPercent(20), null, 10, TimeSpan.FromMinutes(1));

    [Test]
    public void WhenTheGroupIsWell_ThenTheCanaryGetsAllAfterTheTime_AndIsPromoted()
    {
        var world = Begin(Ab);
        Assert.That(world.Status.Message, Does.StartWith("the A/B test: weight 0, header route test (x-group is yes), running for 10m"));
        Assert.That(world.Announced.Single(one => one.Reason == "RolloutStarted").Message, Does.Contain("in the A/B test"));

        world.Advance(TimeSpan.FromMinutes(9));
        Assert.That((world.Weights.Max(), world.Managed!.Headers.Count), Is.EqualTo((0m, 1)));

        world.Advance(TimeSpan.FromMinutes(2));
        Assert.That((world.Status.Phase, world.Status.StableRevision, world.Managed),
            Is.EqualTo((Phase.Healthy, "v2", ManagedRoutes.None)));
        Assert.That(world.Weights, Does.Contain(100m));
    }

    [Test]
    public void WhenTheGroupSuffers_ThenTheRouteGoes_AndNobodyElseEverGotTheCanary()
    {
        var world = Begin(Ab);
        world.SetRun(world.Background, RunPhase.Failed, "errors 3 %");
        world.Settle();

        Assert.That((world.Status.Phase, world.Managed, world.Weights.Max()), Is.EqualTo((Phase.RolledBack, ManagedRoutes.None, 0m)));
    }

    [Test]
    public void WhenTheGroupIsTooSmallForEvidence_ThenThePromotionWaits_AndAPersonMayDecide()
    {
        var world = Begin(Ab);
        world.Judge = (_, _) => { };
        world.SetRun(world.Background, RunPhase.Running, isConclusive: false, lacksToFill: "errors has shown nothing");
        world.Advance(TimeSpan.FromMinutes(20));
        Assert.That((world.Status.Promotion, world.Weights.Max(), world.Managed!.Headers.Count),
            Is.EqualTo((PromotionStage.ConfirmingFull, 0m, 1)));

        world.Advance(TimeSpan.FromHours(3));
        Assert.That(world.Status.Hold!.Reason, Is.EqualTo(HoldReason.EvidenceMissing));
        world.Ask(RequestAction.Promote, "go");
        world.SetRun(world.Background, RunPhase.Running);
        world.Advance(TimeSpan.FromMinutes(1));
        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
    }

    [Test]
    public void WhenItIsPromotedByAPerson_ThenTheTestIsOver()
    {
        var world = Begin(Ab with { Duration = null });
        Assert.That(world.Status.Message, Does.EndWith("running until a person promotes"));

        world.Ask(RequestAction.Promote, "go");

        Assert.That((world.Status.LastRequest!.Message, world.Status.StableRevision), Is.EqualTo(("the A/B test is over", "v2")));
    }

    [Test]
    public void WhenCopiesAreTried_ThenTheMirrorStandsForItsIterations_AndGoesWithThePromotion()
    {
        var world = Begin(Mirror);
        Assert.That(world.Managed!.Mirrors.Single().Percentage, Is.EqualTo(Weight.FromPercent(20)));
        Assert.That(world.Status.Message, Does.StartWith("the mirror test: weight 0, mirror route test (20 %), running for 10m"));

        world.Advance(TimeSpan.FromMinutes(11));

        Assert.That((world.Status.StableRevision, world.Managed), Is.EqualTo(("v2", ManagedRoutes.None)));
    }

    [Test]
    public void WhenATestIsWrong_ThenEachFieldIsNamed()
    {
        var spec = A.Plain with { Steps = Ab.Steps() };
        string[] errors =
        [
            .. new[]
            {
                Ab with { Match = [] }, Ab with { Duration = TimeSpan.Zero }, Ab with { Iterations = 3 },
                Mirror with { Iterations = 0 }, Mirror with { Percentage = Weight.Zero },
                Mirror with { Interval = TimeSpan.FromDays(3000) },
            }.SelectMany(test => RolloutRules.Check(spec with { Test = test })).Select(error => error.ToString()),
            .. RolloutRules.Check(spec with { Test = Ab, Traffic = spec.Traffic with { Router = new NamedRouter("simple") } })
                .Select(error => error.ToString()),
        ];

        Assert.That(errors, Is.EqualTo(new[]
        {
            "spec.strategy.abTest.match: it is empty; say which requests go to the canary",
            "spec.strategy.abTest.duration: it is 0s; it must be longer than 0s",
            "spec.strategy.abTest.iterations: duration is given too; give one of them",
            "spec.strategy.abTest.interval: it is missing; iterations and interval are given together",
            "spec.strategy.mirror.iterations: it is 0; 1 to 10000 are allowed",
            "spec.strategy.mirror.percentage: it is 0; above 0, up to 100",
            $"spec.strategy.mirror.iterations: the test would last {GoDuration.Format(2 * GoDuration.Longest)}; at most "
                + $"{GoDuration.Format(GoDuration.Longest)} is allowed",
            "spec.strategy.abTest: the router named has no header and mirror routes; use strategy.canary, or another router",
        }));
    }

    private static FakeWorld Begin(TestStrategy test)
    {
        var spec = A.Plain with { Test = test, Steps = test.Steps(), Analysis = new BackgroundAnalysis(A.Red, 0) };
        return new FakeWorld(spec) { Judge = Invariants.Judge }.Settle().Push("v2").Settle();
    }
}
