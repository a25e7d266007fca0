using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.StableCopy;
using Canary.Kubernetes.Workloads.Autoscaling;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads.Autoscaling;

/// <summary>A ScaledObject as documents: what it says, what that of the copy is, and what is wrong with it.</summary>
public sealed class GivenAScaledObject
{
    private const string Queue = "  triggers: [{ type: rabbitmq, metadata: { queueName: orders, value: \"20\" }, "
        + "authenticationRef: { name: mq } }]\n";

    private const string Fallback = "  fallback: { failureThreshold: 3, replicas: 4 }\n";

    [Test]
    public void WhenItSaysNothingOfItsBounds_ThenTheyAreThoseOfKeda_AndASideThatServesKeepsAPod()
    {
        var one = Read(Queue);

        Assert.That((one.MinReplicas, one.MaxReplicas, one.Levels), Is.EqualTo((1, 100, new AutoscalerLevels(0, false))));
        Assert.That(one.FindProblems(), Is.Empty);
    }

    [Test]
    public void WhenTheCopyGetsOne_ThenOnlyTargetFewestPodsAndIdlePodsDiffer()
    {
        var one = Read("  pollingInterval: 5\n  cooldownPeriod: 60\n  idleReplicaCount: 0\n  minReplicaCount: 2\n  maxReplicaCount: 9\n"
            + Fallback + Queue);

        var spec = one.CopySpec("checkout-stable", new AutoscalerLevels(2, false));

        Assert.That(JsonNode.DeepEquals(spec, Yaml.Object("""
            scaleTargetRef: { name: checkout-stable, envSourceContainerName: app }
            pollingInterval: 5
            cooldownPeriod: 60
            minReplicaCount: 2
            maxReplicaCount: 9
            fallback: { failureThreshold: 3, replicas: 4 }
            triggers: [{ type: rabbitmq, metadata: { queueName: orders, value: "20" }, authenticationRef: { name: mq } }]
            """)), spec.ToJsonString());
    }

    [Test]
    public void WhenScalingDownIsHeld_ThenNothingOfKedaTakesPodsAway_AndTheRestOfTheBehaviorStays()
    {
        var one = Read("""
              fallback: { failureThreshold: 3, replicas: 1 }
              advanced:
                restoreToOriginalReplicaCount: true
                horizontalPodAutoscalerConfig:
                  name: web
                  behavior: { scaleDown: { stabilizationWindowSeconds: 60 }, scaleUp: { selectPolicy: Min } }

            """ + Queue);

        var spec = one.CopySpec("checkout-stable", new AutoscalerLevels(7, true));

        Assert.That(JsonNode.DeepEquals(spec["advanced"], Yaml.Object("""
            restoreToOriginalReplicaCount: false
            horizontalPodAutoscalerConfig:
              name: web-stable
              behavior: { scaleDown: { stabilizationWindowSeconds: 60, selectPolicy: Disabled }, scaleUp: { selectPolicy: Min } }
            """)), spec.ToJsonString());
        Assert.That((spec.ContainsKey("fallback"), (int)spec["minReplicaCount"]!), Is.EqualTo((false, 7)));
    }

    [TestCase(48, null)]
    [TestCase(47, "keda-hpa-NAME-stable")]
    public void WhenKedasNameForTheAutoscalerWouldBeCut_ThenItGetsAnother(int length, string? expected)
    {
        var name = new string('a', length);

        var one = Read(Queue, name);

        Assert.That(one.CopyAutoscalerName, Is.EqualTo((expected ?? "NAME-stable").Replace("NAME", name)));
        Assert.That(one.CopySpec("c", new AutoscalerLevels(1, false)).ContainsKey("advanced"), Is.EqualTo(expected is null));
        Assert.That(one.FindProblems(), Is.Empty);
    }

    [Test]
    public void WhenAFieldChanges_ThenThatOfTheCopyIsNotAsInIt([Values] bool isHeld)
    {
        var levels = new AutoscalerLevels(3, isHeld);
        var one = Read(Fallback + Queue);
        var copy = Copy(one, levels);

        Assert.Multiple(() =>
        {
            Assert.That(one.IsAsIn(copy));
            Assert.That(copy.Levels, Is.EqualTo(levels));
            Assert.That(Read("  pollingInterval: 5\n" + Fallback + Queue).IsAsIn(copy), Is.False, "one more");
            Assert.That(Read(Queue).IsAsIn(copy), Is.EqualTo(isHeld), "one less, which counts when scaling down is not held any more");
            Assert.That(Read(Fallback + Queue.Replace("20", "30")).IsAsIn(copy), Is.False, "a trigger");
        });
    }

    [TestCase("minReplicaCount: \"2\"", "has spec.minReplicaCount \"2\"; a whole number from 0 is allowed")]
    [TestCase("maxReplicaCount: 2.5", "has spec.maxReplicaCount 2.5; a whole number from 0 is allowed")]
    [TestCase("idleReplicaCount: -1", "has spec.idleReplicaCount -1; a whole number from 0 is allowed")]
    [TestCase("maxReplicaCount: 99999999999", "has spec.maxReplicaCount 99999999999; a whole number from 0 is allowed")]
    [TestCase("advanced: [1]", "has spec.advanced [1]; an object is allowed")]
    [TestCase("advanced: { horizontalPodAutoscalerConfig: slow }",
        "has spec.advanced.horizontalPodAutoscalerConfig \"slow\"; an object is allowed")]
    [TestCase("maxReplicaCount: 0", "has spec.maxReplicaCount 0; at least its minReplicaCount, and 1, is allowed")]
    public void WhenItIsMalformed_ThenTheFieldIsNamed_AndReadingItThrowsNothing(string field, string problem)
    {
        var one = Read($"  {field}\n{Queue}");

        Assert.That(one.FindProblems(), Is.EqualTo(new[] { problem }));
        Assert.DoesNotThrow(() => one.CopySpec("checkout-stable", new AutoscalerLevels(one.MinReplicas, true)));
        Assert.That(one.MinReplicas, Is.GreaterThanOrEqualTo(1));
    }

    [TestCase("")]
    [TestCase("  triggers: []\n")]
    [TestCase("  triggers: { type: cron }\n")]
    [TestCase("  triggers: [cron]\n")]
    public void WhenItHasNoTriggers_ThenThatIsSaid(string triggers) =>
        Assert.That(Read(triggers).FindProblems().Single(), Does.StartWith("has no list of triggers in spec.triggers"));

    [Test]
    public void WhenItsNameIsTooLongForThatOfTheCopy_ThenThatIsSaid() =>
        Assert.That(Read(Queue, new string('a', 57)).FindProblems().Single(), Does.StartWith("has a name of 57 letters; at most 56"));

    [Test]
    public void WhenKedaIsToKeepANumberOfPods_ThenThatIsSaid() =>
        Assert.That(Read(Queue, annotations: "autoscaling.keda.sh/paused-replicas: \"3\"").FindProblems().Single(),
            Does.StartWith("has the annotation autoscaling.keda.sh/paused-replicas: \"3\""));

    private static ScaledObject Read(string fields, string name = "web", string annotations = "") => new(Yaml.Object(
        $"metadata: {{ name: {name}, namespace: shop, annotations: {{ {annotations} }} }}\n"
        + "spec:\n  scaleTargetRef: { name: checkout, envSourceContainerName: app }\n" + fields));

    private static ScaledObject Copy(ScaledObject one, AutoscalerLevels levels) => new(new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = one.CopyName, ["namespace"] = "shop" },
        ["spec"] = one.CopySpec("checkout-stable", levels),
    });
}
