using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Workloads.Deployments;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

/// <summary>A rollout that has exceeded its progress deadline says so until it moves.</summary>
public class GivenADeploymentThatIsLate
{
    private static readonly DateTimeOffset Start = new(2026, 11, 30, 9, 0, 0, TimeSpan.Zero);

    [Test]
    public void WhenItIsLookedAtAgain_ThenItIsStillLate([Values(0, 1, 300, 999, 1000, 1001)] int milliseconds)
    {
        var deployment = Late();

        Look(deployment, available: 0, Start.AddSeconds(11).AddMilliseconds(milliseconds));

        Assert.That(ReasonOf(deployment), Is.EqualTo("ProgressDeadlineExceeded"));
    }

    [Test]
    public void WhenAPodBecomesAvailable_ThenItProgressesAgain()
    {
        var deployment = Late();

        var deadline = Look(deployment, available: 1, Start.AddSeconds(12));

        Assert.That((ReasonOf(deployment), deadline), Is.EqualTo(("ReplicaSetUpdated", TimeSpan.FromSeconds(10))));
    }

    private static JsonObject Late()
    {
        var deployment = new JsonObject
        {
            ["metadata"] = new JsonObject { ["generation"] = 2 },
            ["spec"] = new JsonObject { ["replicas"] = 2, ["progressDeadlineSeconds"] = 10 },
        };
        Look(deployment, available: 0, Start);
        Look(deployment, available: 0, Start.AddSeconds(11));
        Assert.That(ReasonOf(deployment), Is.EqualTo("ProgressDeadlineExceeded"), "the state that the tests begin with");
        return deployment;
    }

    private static TimeSpan? Look(JsonObject deployment, int available, DateTimeOffset now)
    {
        var set = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "checkout-1" },
            ["spec"] = new JsonObject { ["replicas"] = 2 },
            ["status"] = new JsonObject { ["replicas"] = 2, ["readyReplicas"] = available, ["availableReplicas"] = available },
        };
        var (status, deadline) = DeploymentStatus.Next(deployment, set, [set], now);
        deployment["status"] = status;
        return deadline;
    }

    private static string? ReasonOf(JsonObject deployment) => deployment.ItemsAt("status", "conditions")
        .Single(condition => condition.TextAt("type") == "Progressing").TextAt("reason");
}
