using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Cli.Output;
using Canary.Cli.Reading;
using Canary.Terminal;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Cli.Tests.Output;

/// <summary><c>canary status</c> in terminals of three sizes. CANARY_UPDATE=1 writes the pictures anew: look at them.</summary>
public sealed class GivenARolloutToShow
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [TestCase("paused", 80)]
    [TestCase("paused", 120)]
    [TestCase("paused", 200)]
    [TestCase("rolled-back", 80)]
    [TestCase("rolled-back", 120)]
    [TestCase("rolled-back", 200)]
    [TestCase("promoted", 80)]
    [TestCase("unseen", 80)]
    [TestCase("new", 80)]
    public void WhenItIsDrawn_ThenItUsesTheWidthAndFitsIntoIt(string state, int width)
    {
        var picture = string.Concat(TerminalConsole.Render(TerminalConsole.Plain, RolloutPicture.Draw(State(state), Now, width), width)
            .Select(row => row + "\n"));

        Assert.That(picture.Split('\n').Select(row => row.Length), Is.All.LessThanOrEqualTo(width));
        var file = RepositoryFolder.PathTo("tests", "Canary.Cli.Tests", "Output", "Golden", $"{state}-{width}.txt");
        if (Environment.GetEnvironmentVariable("CANARY_UPDATE") == "1") File.WriteAllText(file, picture);
        Assert.That(picture, Is.EqualTo(File.ReadAllText(file)), "look at it, and run the test with CANARY_UPDATE=1");
    }

    [Test]
    public void WhenItIsDrawnForAPipe_ThenALineIsALine() =>
        Assert.That(
            TerminalConsole.Render(TerminalConsole.Plain, RolloutPicture.Draw(State("rolled-back"), Now, 1000), 1000),
            Has.Exactly(1)
            .Contains("rolled back at weight 5: error-rate: 2 of 2 measurements failed, the last one 0.02941 against result[0] < 0.01"));

    [Test]
    public void WhenNumbersAreShown_ThenNoneHasMoreDigitsThanCount() =>
        Assert.That(Text(State("rolled-back")), Does.Not.Match(@"\d\.\d{6,}"));

    [Test]
    public void WhenNothingIsReleased_ThenNoConditionIsSaidThatOnlySaysThat() =>
        Assert.That(Text(State("promoted")),
            Does.Not.Contain("NoAnalysis").And.Not.Contain("AnalysisHealthy").And.Not.Contain("CapacitySufficient"));

    [Test]
    public void WhenTheRequestIsOfAnEarlierRollout_ThenItIsNotShown()
    {
        var details = State("paused");
        details.Rollout["status"]!["lastRequest"]!["at"] = "2026-01-02T02:00:00Z";

        Assert.That(Text(details), Does.Not.Contain("promote by ann"));
        Assert.That(Text(State("paused")), Does.Contain("promote by ann"));
    }

    [Test]
    public void WhenAnAnalysisWasEndedByAnAbort_ThenItIsNoSuccess()
    {
        var text = Text(State("rolled-back"));

        Assert.That(text, Does.Contain("background: Stopped: aborted by request of ann").And.Not.Contain("Successful"));
    }

    [Test]
    public void WhenTimePasses_ThenTheCountdownDoes()
    {
        Assert.That(Text(State("paused")), Does.Contain("4m59s of the pause of 10m left"));
        Assert.That(Text(State("paused"), Now.AddSeconds(59)), Does.Contain("4m of the pause of 10m left"));
        Assert.That(Text(State("paused"), Now.AddHours(1)), Does.Contain("0s of the pause of 10m left"));
    }

    [Test]
    public void WhenItWasRolledBack_ThenTheStepIsSaidAndMarked() =>
        Assert.That(Text(State("rolled-back")), Does.Contain("RolledBack, at step 2 of 4").And.Contain("✓ 5 % ─ ✗ pause 10m ─ · 25 %"));

    [TestCase("0.02941176470588235", "0.02941")]
    [TestCase("p99 of 412.33333333333331 ms", "p99 of 412.3 ms")]
    [TestCase("[0.02941176470588235, 17]", "[0.02941, 17]")]
    [TestCase("image 1.0.1234567 of a.b.1234567", "image 1.0.1234567 of a.b.1234567")]
    [TestCase("1.23456789e-07", "1.235e-7")]
    [TestCase("it was 0.333333333.", "it was 0.3333.")]
    [TestCase("weight 24.5", "weight 24.5")]
    public void WhenATextHasALongFraction_ThenFourDigitsAreLeft(string text, string shown) =>
        Assert.That(ShortNumber.Shorten(text), Is.EqualTo(shown));

    private static string Text(RolloutDetails details, DateTimeOffset? now = null) =>
        string.Join('\n', TerminalConsole.Render(TerminalConsole.Plain, RolloutPicture.Draw(details, now ?? Now, 1000), 1000));

    private static RolloutDetails State(string name) => name switch
    {
        "paused" => A.Details(Paused(), A.Deployment("stable", 4), Unready(), Background("Running", 3, "0.002", ""), Smoke()),
        "rolled-back" => A.Seen(RolledBack(), Stopped(), Failed()),
        "promoted" => A.Seen(Promoted()),
        "unseen" => A.Details(Promoted(), A.Deployment("stable", 4), A.Deployment("canary", 8, "registry.example.com/shop/checkout:2.0.0")),
        _ => A.Details(New(), A.Deployment("stable", 1), A.Deployment("canary", 1)),
    };

    private static JsonObject Paused()
    {
        var rollout = A.Rollout("Paused", canary: "9d21aa0f3c", stable: "6f7c9d0001");
        Merge(rollout["status"]!.AsObject(), """
            {"message":"step 2 of 4: weight 5, paused for 10m","attempt":2,"currentStepIndex":1,"startedAt":"2026-01-02T02:58:00Z","stepStartedAt":"2026-01-02T02:59:04Z",
             "weights":{"desired":5,"applied":5},"hold":{"reason":"PauseStep","since":"2026-01-02T02:59:05Z"},
             "lastRequest":{"id":"a","action":"promote","by":"ann","at":"2026-01-02T03:03:05Z","carriedOut":false,"message":"the rollout has moved on"},
             "conditions":[{"type":"Ready","status":"False","reason":"Paused","lastTransitionTime":"2026-01-02T03:00:00Z"},
               {"type":"TrafficApplied","status":"False","reason":"Refused","message":"weight 5 was refused: the webhook of the mesh says no","lastTransitionTime":"2026-01-02T03:03:35Z"},
               {"type":"TrafficMismatch","status":"True","reason":"ShareOff","message":"canary gets 1.2 % of the requests at weight 5 (41 of 3,400): routing or metrics are wrong","lastTransitionTime":"2026-01-02T03:03:00Z"},
               {"type":"AnalysisHealthy","status":"Unknown","reason":"NoAnalysis","message":"","lastTransitionTime":"2026-01-02T03:03:35Z"}],
             "history":[{"revision":"5555aa0000","outcome":"RolledBack","startedAt":"2026-01-02T02:00:00Z","endedAt":"2026-01-02T02:04:05Z","highestWeight":5,"reason":"error-rate failed: 0.02941176470588235 against < 0.01"}]}
            """);
        return rollout;
    }

    private static JsonObject RolledBack()
    {
        var rollout = A.Rollout("RolledBack", canary: "9d21aa0f3c", stable: "6f7c9d0001");
        Merge(rollout["status"]!.AsObject(), """
            {"message":"rolled back at weight 5: error-rate: 2 of 2 measurements failed, the last one 0.02941176470588235 against result[0] < 0.01","currentStepIndex":1,
             "abort":{"reason":"Request","since":"2026-01-02T03:00:05Z","message":"aborted by request of ann"},
             "conditions":[{"type":"Ready","status":"False","reason":"RolledBack"},{"type":"AnalysisHealthy","status":"Unknown","reason":"NoAnalysis","message":"","lastTransitionTime":"2026-01-02T03:04:05Z"}],
             "history":[{"revision":"9d21aa0f3c","outcome":"RolledBack","startedAt":"2026-01-02T02:58:00Z","endedAt":"2026-01-02T03:00:05Z","highestWeight":5,"reason":"aborted by request of ann"}]}
            """);
        return rollout;
    }

    private static JsonObject Promoted()
    {
        var rollout = A.Rollout();
        Merge(rollout["status"]!.AsObject(), """
            {"message":"revision 2222 is stable","currentStepIndex":4,
             "conditions":[{"type":"Ready","status":"True","reason":"Healthy"},{"type":"AnalysisHealthy","status":"Unknown","reason":"NoAnalysis","message":"","lastTransitionTime":"2026-01-02T03:04:05Z"},
               {"type":"CapacitySufficient","status":"Unknown","reason":"NotChecked","message":"","lastTransitionTime":"2026-01-02T03:04:05Z"}],
             "history":[{"revision":"2222","outcome":"Promoted","startedAt":"2026-01-02T02:58:00Z","endedAt":"2026-01-02T03:00:05Z","highestWeight":100,"reason":"all steps passed"}]}
            """);
        return rollout;
    }

    private static JsonObject New()
    {
        var rollout = A.Rollout();
        rollout.Remove("status");
        return rollout;
    }

    private static JsonObject Unready()
    {
        var deployment = A.Deployment("canary", 7, "registry.example.com/team-of-the-shop/services/checkout:2.0.0-rc.1");
        deployment["spec"]!["template"]!["metadata"]!["labels"]!["version"] = "2.0.0";
        deployment["status"]!["readyReplicas"] = 1;
        return deployment;
    }

    private static JsonObject Background(string phase, int good, string value, string message) => JsonNode.Parse($$$"""
        {"spec":{"rollout":{"name":"checkout","revision":"9d21aa0f3c","attempt":2},"metrics":[{"name":"error-rate","successCondition":"result[0] < 0.01"},{"name":"p99","successCondition":"result[0] < 300"}]},
         "status":{"phase":"{{{phase}}}","message":"{{{message}}}","metrics":[
           {"name":"error-rate","phase":"Running","successful":{{{good}}},"failed":1,"sparkline":"▁▂▁▃","measurements":[{"value":"[0.001]"},{"value":"[{{{value}}}]","interval":{"low":0.0005,"high":0.0073} }]},
           {"name":"p99","phase":"Running","successful":{{{good}}},"measurements":[{"value":"[41.2345678901]"}]}]} }
        """)!.AsObject();

    private static JsonObject Smoke() => JsonNode.Parse("""
        {"spec":{"rollout":{"name":"checkout","revision":"9d21aa0f3c","attempt":2,"step":3},"metrics":[{"name":"smoke","successCondition":"result == 1"}],"dryRun":[{"metricName":"smoke"}]},
         "status":{"phase":"Pending","metrics":[{"name":"smoke","phase":"Pending"}]}}
        """)!.AsObject();

    private static JsonObject Stopped()
    {
        var run =
            Background("Successful", 2, "0.002", "aborted by request of ann; error-rate: ended early; 2 good; p99: ended early; 2 good");
        run["status"]!["stopReason"] = "aborted by request of ann";
        foreach (var metric in run["status"]!["metrics"]!.AsArray())
        {
            metric!["phase"] = "Successful";
            metric["reason"] = "Stopped";
            metric["message"] = "ended early; 2 good";
        }

        return run;
    }

    private static JsonObject Failed() => JsonNode.Parse("""
        {"spec":{"rollout":{"name":"checkout","revision":"9d21aa0f3c","attempt":1,"step":1},"metrics":[{"name":"error-rate","successCondition":"result[0] < 0.01"}]},
         "status":{"phase":"Failed","message":"error-rate: 2 of 2 measurements failed: 0.02941176470588235","metrics":[{"name":"error-rate","phase":"Failed","failed":2,"measurements":[{"value":"[0.02941176470588235]"}]}]}}
        """)!.AsObject();

    private static void Merge(JsonObject into, string patch)
    {
        foreach (var (name, value) in JsonNode.Parse(patch)!.AsObject()) into[name] = value?.DeepClone();
    }
}
