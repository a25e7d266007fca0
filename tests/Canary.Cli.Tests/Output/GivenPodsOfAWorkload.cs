using System.Text.Json.Nodes;
using Canary.Terminal;
using NUnit.Framework;

namespace Canary.Cli.Tests.Output;

/// <summary>How many pods of a workload are ready, by what its kind counts.</summary>
public sealed class GivenPodsOfAWorkload
{
    [TestCase("""{"spec":{"replicas":3},"status":{"replicas":3,"updatedReplicas":1,"readyReplicas":3}}""", "3 of 3 ready, 2 old", true)]
    [TestCase("""{"spec":{},"status":{"desiredNumberScheduled":3,"currentNumberScheduled":3,"updatedNumberScheduled":1,"numberReady":2}}""",
        "2 of 3 ready, 2 old", false)]
    [TestCase("""{"spec":{},"status":{"desiredNumberScheduled":3,"currentNumberScheduled":3,"updatedNumberScheduled":3,"numberReady":3}}""",
        "3 of 3 ready", true)]
    public void WhenTheyAreCounted_ThenTheFieldsOfItsKindAreRead(string workload, string text, bool isReady)
    {
        var document = JsonNode.Parse(workload)!.AsObject();

        Assert.That((PodText.Ready(document), PodText.IsReady(document)), Is.EqualTo((text, isReady)));
    }
}
