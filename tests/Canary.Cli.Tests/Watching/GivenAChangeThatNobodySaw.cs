using System.Text.Json.Nodes;
using Canary.Cli.Reading;
using NUnit.Framework;

namespace Canary.Cli.Tests.Watching;

public sealed class GivenAChangeThatNobodySaw
{
    [Test]
    public void WhenEverythingIsSeen_ThenNothingIsSaid() =>
        Assert.That(Said(A.Rollout(), A.Deployment("stable", 4), A.Deployment("canary", 7)), Is.Empty);

    [Test]
    public void WhenTheImageWasSetMeanwhile_ThenItSaysWhichGenerationIsNotSeen() =>
        Assert.That(
            Said(A.Rollout(), A.Deployment("stable", 4), A.Deployment("canary", 8)),
            Is.EqualTo("the controller has not seen generation 8 of checkout-canary yet"));

    [Test]
    public void WhenBothSidesAndTheSpecChanged_ThenEachIsSaid()
    {
        var rollout = A.Rollout();
        rollout["metadata"]!["generation"] = 3L;

        Assert.That(
            Said(rollout, A.Deployment("stable", 5), A.Deployment("canary", 8)),
            Is.EqualTo(
                "the controller has not seen generation 3 of rollout checkout, generation 5 of checkout-stable and generation 8 of "
                    + "checkout-canary yet"));
    }

    [Test]
    public void WhenADeploymentWasMadeAnew_ThenItsSmallerGenerationIsNotTakenForSeen()
    {
        var anew = A.Deployment("canary", 1);
        anew["metadata"]!["uid"] = "uid-new";

        Assert.That(Said(A.Rollout(), A.Deployment("stable", 4), anew),
            Is.EqualTo("the controller has not seen generation 1 of checkout-canary, which was made anew, yet"));
    }

    [Test]
    public void WhenADeploymentIsGone_ThenThereIsNoGenerationToWaitFor() =>
        Assert.That(Said(A.Rollout(), A.Deployment("stable", 4), null), Is.Empty);

    [Test]
    public void WhenNoControllerHasLooked_ThenItSaysSo()
    {
        var rollout = A.Rollout();
        rollout.Remove("status");

        Assert.That(Said(rollout, A.Deployment("stable", 4), A.Deployment("canary", 7)),
            Is.EqualTo("no controller has looked at rollout shop/checkout yet"));
    }

    [Test]
    public void WhenTheControllerIsOlderThanTheCommand_ThenItSaysWhatIsMissing()
    {
        var rollout = A.Rollout();
        ((JsonObject)rollout["status"]!).Remove("observedWorkloads");

        Assert.That(Said(rollout, A.Deployment("stable", 4), A.Deployment("canary", 7)),
            Does.StartWith(
                "the status does not say which generation of checkout-stable and checkout-canary the controller has seen").And.Contain(
                "older"));
    }

    [Test]
    public void WhenARequestIsNotAnsweredYet_ThenTheStatusBeforeItIsNotTheAnswer()
    {
        var rollout = A.Rollout();
        rollout["metadata"]!["annotations"] =
            new JsonObject { ["canary.delivery/request"] = """{"id":"r2","action":"retry","by":"ann"}""" };

        Assert.That(Said(rollout, A.Deployment("stable", 4), A.Deployment("canary", 7)),
            Is.EqualTo("the controller has not answered the request yet: retry by ann"));
    }

    [Test]
    public void WhenTheSidesNameNoWorkloads_ThenTheSpecAloneCounts()
    {
        var rollout = A.Rollout();
        foreach (var side in new[] { "stable", "canary" }) ((JsonObject)rollout["spec"]!["traffic"]![side]!).Remove("workload");
        ((JsonObject)rollout["status"]!).Remove("observedWorkloads");

        Assert.That(Said(rollout, null, null), Is.Empty);
    }

    private static string Said(JsonObject rollout, JsonObject? stable, JsonObject? canary) =>
        UnseenChanges.Describe(A.Details(rollout, stable, canary)) ?? "";
}
