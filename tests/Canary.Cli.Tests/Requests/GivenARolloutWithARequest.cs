using System.Text.Json.Nodes;
using Canary.Cli.Requests;
using NUnit.Framework;

namespace Canary.Cli.Tests.Requests;

public sealed class GivenARolloutWithARequest
{
    [TestCase("""{"id":"a1","action":"promote","by":"ann"}""", "a0", "promote by ann")]
    [TestCase("""{"id":"a1","action":"promote","by":"ann"}""", "a1", null)]
    [TestCase("not json", "a0", null)]
    [TestCase("", "a0", null)]
    public void WhenItsSlotIsLookedAt_ThenOnlyAnUnhandledRequestHoldsIt(string annotation, string handled, string? waiting)
    {
        var rollout = JsonNode.Parse("""
            {"metadata":{"resourceVersion":"7","annotations":{}},
             "status":{"canaryRevision":"9d21aa","currentStepIndex":2,"lastRequest":{"id":""}}}
            """)!.AsObject();
        rollout["status"]!["lastRequest"]!["id"] = handled;
        rollout["metadata"]!["annotations"]![RequestText.Annotation] = annotation;

        var slot = RequestSlot.Of(rollout);

        Assert.That(slot, Is.EqualTo(new RequestSlot("7", waiting, "9d21aa", 2)));
    }

    [Test]
    public void WhenNobodyEverAskedAnything_ThenTheSlotIsFree() =>
        Assert.That(RequestSlot.Of(JsonNode.Parse("""{"metadata":{"resourceVersion":"1"}}""")!.AsObject()), Is.EqualTo(new RequestSlot("1", null, null, null)));
}
