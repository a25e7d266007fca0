using System;
using System.Text.Json.Nodes;
using Canary.Cli.Io;
using Canary.Cli.Watching;
using NUnit.Framework;

namespace Canary.Cli.Tests.Watching;

public sealed class GivenARolloutToWaitFor
{
    [TestCase(nameof(WaitGoal.Healthy), "Healthy", "Reached")]
    [TestCase(nameof(WaitGoal.Healthy), "Initializing", "Waiting")]
    [TestCase(nameof(WaitGoal.Healthy), "Progressing", "Waiting")]
    [TestCase(nameof(WaitGoal.Healthy), "Paused", "Waiting")]
    [TestCase(nameof(WaitGoal.Healthy), "Promoting", "Waiting")]
    [TestCase(nameof(WaitGoal.Healthy), "RollingBack", "Waiting")]
    [TestCase(nameof(WaitGoal.Healthy), "RolledBack", "Failed")]
    [TestCase(nameof(WaitGoal.Healthy), "Degraded", "Failed")]
    [TestCase(nameof(WaitGoal.Promoted), "Healthy", "Reached")]
    [TestCase(nameof(WaitGoal.Promoted), "Paused", "Waiting")]
    [TestCase(nameof(WaitGoal.Promoted), "RollingBack", "Waiting")]
    [TestCase(nameof(WaitGoal.Promoted), "RolledBack", "Failed")]
    [TestCase(nameof(WaitGoal.Promoted), "Degraded", "Failed")]
    [TestCase(nameof(WaitGoal.Paused), "Paused", "Reached")]
    [TestCase(nameof(WaitGoal.Paused), "Progressing", "Waiting")]
    [TestCase(nameof(WaitGoal.Paused), "Healthy", "Failed")]
    [TestCase(nameof(WaitGoal.Paused), "RolledBack", "Failed")]
    [TestCase(nameof(WaitGoal.RolledBack), "RolledBack", "Reached")]
    [TestCase(nameof(WaitGoal.RolledBack), "RollingBack", "Waiting")]
    [TestCase(nameof(WaitGoal.RolledBack), "Healthy", "Failed")]
    [TestCase(nameof(WaitGoal.Observed), "Paused", "Reached")]
    [TestCase(nameof(WaitGoal.Observed), "Degraded", "Reached")]
    public void WhenEverythingIsSeen_ThenThePhaseAnswers(string goal, string phase, string answer) =>
        Assert.That(new Waiter(Enum.Parse<WaitGoal>(goal)).See(A.Seen(A.Rollout(phase))).GetType().Name, Is.EqualTo(answer));

    [Test]
    public void WhenThePhaseIsThatOfTheOldRelease_ThenNoGoalIsReachedNorMissed(
        [Values("Healthy", "Paused", "RolledBack", "Degraded")] string phase)
    {
        var details = A.Details(A.Rollout(phase), A.Deployment("stable", 4), A.Deployment("canary", 8));

        foreach (var goal in Enum.GetValues<WaitGoal>())
            Assert.That(new Waiter(goal).See(details),
                Is.EqualTo(new WaitAnswer.Waiting("the controller has not seen generation 8 of checkout-canary yet")), goal.ToString());
    }

    [Test]
    public void WhenItIsHealthyAndStableWasChangedBehindItsBack_ThenItIsNotHealthy()
    {
        var rollout = A.Rollout();
        rollout["status"]!["conditions"]![0]!["status"] = "False";
        rollout["status"]!["message"] = "stable runs another template";

        Assert.That(new Waiter(WaitGoal.Healthy).See(A.Seen(rollout)), Is.EqualTo(new WaitAnswer.Failed("stable runs another template")));
    }

    [Test]
    public void WhenTheCanarySideHoldsWhatWasThereBefore_ThenThatIsNotPromoted() =>
        Assert.That(new Waiter(WaitGoal.Promoted).See(A.Seen(A.Rollout("Healthy", canary: "3333"))), Is.TypeOf<WaitAnswer.Failed>());

    [Test]
    public void WhenTheRevisionIsTakenBackToStableMeanwhile_ThenItWasNotPromotedThoughAllIsHealthy()
    {
        var waiter = new Waiter(WaitGoal.Promoted);
        waiter.See(A.Seen(A.Rollout("Progressing", canary: "3333")));

        var answer = waiter.See(A.Seen(Ended("2222", "3333", "Withdrawn", "the canary side went back to stable")));

        Assert.That(answer,
            Is.EqualTo(new WaitAnswer.Failed("revision 3333 was not promoted: Withdrawn, the canary side went back to stable")));
    }

    [Test]
    public void WhenItIsSupersededMeanwhile_ThenItWasNotPromotedWhateverBecomesOfTheNext()
    {
        var waiter = new Waiter(WaitGoal.Promoted);
        waiter.See(A.Seen(A.Rollout("Progressing", canary: "3333")));

        var answer = waiter.See(A.Seen(Ended("4444", "3333", "Superseded", "revision 4444 came")));

        Assert.That(answer, Is.EqualTo(new WaitAnswer.Failed("revision 3333 was not promoted: Superseded, revision 4444 came")));
    }

    [Test]
    public void WhenTheNextReleaseBeginsRightAfterItsEnd_ThenItWasPromoted()
    {
        var waiter = new Waiter(WaitGoal.Promoted);
        waiter.See(A.Seen(A.Rollout("Promoting", canary: "3333")));

        Assert.That(waiter.See(A.Seen(Ended("4444", "3333", "Promoted", "all steps passed"))), Is.TypeOf<WaitAnswer.Reached>());
    }

    [Test]
    public void WhenItIsBeingDeleted_ThenNothingIsReached()
    {
        var rollout = A.Rollout();
        rollout["metadata"]!["deletionTimestamp"] = "2026-01-02T03:04:05Z";

        Assert.That(new Waiter(WaitGoal.Healthy).See(A.Seen(rollout)),
            Is.EqualTo(new WaitAnswer.Waiting("rollout shop/checkout is being deleted")));
    }

    [TestCase("2m", 120)]
    [TestCase("90", 90)]
    [TestCase("0.5", 0.5)]
    [TestCase("1h30m", 5400)]
    public void WhenALengthOfTimeIsGiven_ThenItIsSecondsOrWithAUnit(string text, double seconds) =>
        Assert.That(TimeoutOption.Read(text)?.TotalSeconds, Is.EqualTo(seconds));

    [TestCase("abc")]
    [TestCase("-1")]
    [TestCase("")]
    [TestCase("NaN")]
    [TestCase("1e300")]
    public void WhenItIsNone_ThenItIsNone(string text) => Assert.That(TimeoutOption.Read(text), Is.Null);

    private static JsonObject Ended(string now, string revision, string outcome, string reason)
    {
        var rollout = A.Rollout(now == "2222" ? "Healthy" : "Progressing", canary: now);
        rollout["status"]!["history"] =
            new JsonArray(new JsonObject { ["revision"] = revision, ["outcome"] = outcome, ["reason"] = reason });
        return rollout;
    }
}
