using System;
using System.Text.Json.Nodes;
using Canary.Cli.Output;
using NUnit.Framework;

namespace Canary.Cli.Tests.Output;

public sealed class GivenARolloutOnItsWay
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly JsonObject Rollout = JsonNode.Parse("""
        {"metadata":{"namespace":"shop","name":"checkout"},
         "spec":{"strategy":{"canary":{"steps":[{"setWeight":1}]}}},
         "status":{"phase":"Paused","message":"step 2 of 3: paused until promoted","stableRevision":"6f7c9d","canaryRevision":"9d21aa","currentStepIndex":1,"attempt":2,
           "weights":{"desired":25,"applied":25},
           "accepted":{"strategy":{"canary":{"steps":[{"setWeight":25},{"pause":{}},{"analysis":{"templates":[{"templateName":"smoke"}]}}]}}},
           "lastRequest":{"id":"a","action":"promote","by":"ann","at":"2026-01-02T03:03:05Z","carriedOut":false,"message":"the rollout has moved on"},
           "conditions":[{"type":"Ready","status":"False","lastTransitionTime":"2026-01-02T03:00:00Z"},
             {"type":"TrafficApplied","status":"False","reason":"Refused","message":"webhook says no","lastTransitionTime":"2026-01-02T03:03:35Z"}],
           "history":[{"revision":"5555","outcome":"RolledBack","endedAt":"2026-01-02T02:04:05Z","highestWeight":5,"reason":"error rate"}]}}
        """)!.AsObject();

    private static readonly JsonObject Run = JsonNode.Parse("""
        {"spec":{"rollout":{"name":"checkout","revision":"9d21aa","attempt":2},"metrics":[{"name":"errors","successCondition":"result[0] < 0.01"}]},
         "status":{"phase":"Running","metrics":[{"name":"errors","phase":"Running","successful":3,"failed":1,"measurements":[{"value":"[0.001]"},{"value":"[0.002]","interval":{"low":0.0005,"high":0.0073}}]}]}}
        """)!.AsObject();

    [Test]
    public void WhenItIsShown_ThenAPersonSeesWhereItStandsAndWhy() =>
        Assert.That(RolloutView.Render(A.Details(Rollout, null, null, Run), Now), Is.EqualTo("""
            Name:     shop/checkout
            Phase:    Paused
            Message:  step 2 of 3: paused until promoted
            Revision: 9d21aa (stable: 6f7c9d), attempt 2
            Weight:   [#####...............] canary 25 %
            Steps:
              + 1 setWeight 25
              > 2 pause until promoted
                3 analysis smoke
            Analysis:
              background: Running
                errors: Running; 3 good, 1 failed; last [0.002] (0.05 % to 0.73 %) (result[0] < 0.01)
            Conditions:
              TrafficApplied=False for 30s: Refused: webhook says no
            Request:  promote by ann, 60s ago: refused: the rollout has moved on
            History:
              5555 RolledBack 60m ago, at most 5 %: error rate

            """));

    [TestCase("", "errors: Running; 3 good; 250 : 1 that errors are worse; 41 errors in 13,200 requests (fails at 1,000 : 1 that it is worse)\n")]
    [TestCase("the rollout was promoted; 250 : 1 that errors are worse; 41 errors in 13,200 requests", "errors: Running; 3 good; last [0.0031] (fails at 1,000 : 1 that it is worse)\n")]
    public void WhenAMetricIsCompared_ThenItsOddsAreSaidOnce(string message, string expected)
    {
        var run = JsonNode.Parse("""
            {"spec":{"rollout":{"name":"checkout","revision":"9d21aa","attempt":2},"metrics":[{"name":"errors"}]},
             "status":{"phase":"Running","metrics":[{"name":"errors","phase":"Running","successful":3,"threshold":"fails at 1,000 : 1 that it is worse",
               "measurements":[{"value":"[0.0031]","odds":250,"message":"250 : 1 that errors are worse; 41 errors in 13,200 requests"}]}]}}
            """)!.AsObject();
        run["status"]!["message"] = message;

        Assert.That(RolloutView.Render(A.Details(Rollout, null, null, run), Now), Does.Contain(expected));
    }

    [Test]
    public void WhenNoControllerHasLookedYet_ThenItSaysSo() =>
        Assert.That(
            RolloutView.Render(A.Details(JsonNode.Parse("""{"metadata":{"namespace":"shop","name":"checkout"},"spec":{}}""")!.AsObject()), Now),
            Does.Contain("no controller has looked at it yet"));
}
