using System.Text.Json.Nodes;
using Canary.Cli.Reading;
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

    [TestCase("""{"currentStepIndex":0,"beforeSteps":true}""", "pre")]
    [TestCase("""{"currentStepIndex":3,"promotion":"Verifying"}""", "post")]
    [TestCase("""{"currentStepIndex":3,"promotion":"ConfirmingFull"}""", null)]
    public void WhenItStandsAtAnAnalysisBesideTheSteps_ThenTheSlotSaysWhich(string status, string? edge) =>
        Assert.That(RequestSlot.Of(new JsonObject { ["status"] = JsonNode.Parse(status) }).Edge, Is.EqualTo(edge));

    [Test]
    public void WhenNobodyEverAskedAnything_ThenTheSlotIsFree() =>
        Assert.That(RequestSlot.Of(JsonNode.Parse("""{"metadata":{"resourceVersion":"1"}}""")!.AsObject()),
            Is.EqualTo(new RequestSlot("1", null, null, null)));
}
