using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Sandbox.Demo;
using Canary.Terminal;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Demo;

/// <summary>The demo in terminals of three sizes. CANARY_UPDATE=1 writes the pictures anew: look at them.</summary>
public sealed class GivenTheScreenOfTheDemo
{
    [TestCase(80, 24)]
    [TestCase(120, 40)]
    [TestCase(200, 50)]
    public void WhenAFrameIsDrawn_ThenItUsesTheTerminalAndFitsIntoIt(int width, int height)
    {
        var frame =
            Frame(
                "rolling back revision 9d21aa0f3c: error-rate failed: 2 of 2 measurements failed [result[0] is 0.21052631578947367, not < "
                    + "0.05]; waiting for the routes to show 0", phase: "RollingBack");

        var picture = string.Concat(Draw(frame, width, height).Select(row => row + "\n"));

        Assert.That(picture.Split('\n').Select(row => row.Length), Is.All.LessThanOrEqualTo(width));
        Assert.That(picture.TrimEnd('\n').Split('\n'), Has.Length.LessThanOrEqualTo(height));
        var file = RepositoryFolder.PathTo("sandbox", "Canary.Sandbox.Tests", "Demo", "Golden", $"demo-{width}x{height}.txt");
        if (Environment.GetEnvironmentVariable("CANARY_UPDATE") == "1") File.WriteAllText(file, picture);
        Assert.That(picture, Is.EqualTo(File.ReadAllText(file)), "look at it, and run the test with CANARY_UPDATE=1");
    }

    [Test]
    public void WhenTheTerminalIsLow_ThenTheOldestEventsGiveWayAndTheHeadStays()
    {
        var rows = Draw(Frame("weight 5"), 80, 16);

        Assert.That(rows, Has.Length.LessThanOrEqualTo(16));
        Assert.That(rows[0], Does.Contain("2 of 3: 3.0.0 fails one request in five"));
        Assert.That(string.Join('\n', rows), Does.Contain("event 6").And.Not.Contain("event 1"));
    }

    [Test]
    public void WhenTheVersionIsNotSeenYet_ThenNothingOfTheOneBeforeIsShown()
    {
        var frame = Frame("rolled back at weight 25: the version before", phase: "RolledBack") with { IsSeen = false };
        using var lines = new StringWriter();
        new LineScreen(lines).Show(frame);

        foreach (var text in new[] { string.Join('\n', Draw(frame, 120, 40)), lines.ToString() })
        {
            Assert.That(text, Does.Contain("3.0.0 is shipped; the controller has not seen it yet"));
            Assert.That(text, Does.Not.Contain("the version before").And.Not.Contain("error-rate").And.Not.Contain("█"));
        }
    }

    [Test]
    public void WhenNothingChanges_ThenALineIsSaidOnce()
    {
        using var output = new StringWriter();
        var screen = new LineScreen(output);

        screen.Show(Frame("weight 5"));
        screen.Show(Frame("weight 5"));
        screen.Show(Frame("weight 25", 25));

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Exactly(1).Contains("weight 5: weight 5"));
        Assert.That(lines, Has.Exactly(1).Contains("weight 25: weight 25"));
        Assert.That(lines, Has.Exactly(1).Contains("event WeightChanged: event 1"));
        Assert.That(lines, Has.Exactly(1).Contains("canary 3.0.0 5 req/s, errors 21.0 %, p99 -"));
    }

    [Test]
    public void WhenItEnds_ThenEachResultIsPrintedOnce()
    {
        using var output = new StringWriter();
        var screen = new LineScreen(output);
        var result = Result();
        screen.Say(ResultText.Line(result));

        screen.Finish([result]);

        Assert.That(output.ToString().Split("2.0.0 promoted").Length - 1, Is.EqualTo(1));
        Assert.That(output.ToString(), Does.EndWith("1 of 1 versions ended as expected\n"));
    }

    private static DemoFrame Frame(string message, double applied = 5, string phase = "Progressing") => new(
        Scenario.All[1], 2, 3, TimeSpan.FromSeconds(12), true, new RolloutView(phase, "2/4", message, "b", 25, applied, []), Steps(phase),
        new SideReading("1.0.0", 95.2, 0, 12.5), new SideReading("3.0.0", 4.8, 0.21, null),
        Run(),
        [.. Enumerable.Range(1, 6)
            .Select(number => $"WeightChanged: event {number} of revision 9d21aa0f3c: the weight of the canary is 5 instead of 0.")],
            [Result()]);

    private static ScenarioResult Result() =>
        new(Scenario.All[0], ScenarioOutcome.Promoted, "all steps passed", TimeSpan.FromSeconds(31.4), 1420, 0, [0, 5, 25, 50, 100, 0]);

    private static System.Collections.Generic.IReadOnlyList<StepItem> Steps(string phase) => StepLine.Read(JsonNode.Parse($$"""
        {"spec":{"strategy":{"canary":{"steps":[{"setWeight":5},{"pause":{"duration":"10s"} },{"setWeight":25},{"pause":{"duration":"5s"} },{"setWeight":50}]} } },
         "status":{"phase":"{{phase}}","currentStepIndex":1} }
        """)!.AsObject());

    private static JsonObject Run() => JsonNode.Parse("""
        {"spec":{"rollout":{"revision":"b"},"metrics":[{"name":"error-rate","successCondition":"result[0] < 0.05"},{"name":"p99","successCondition":"result[0] < 300"}]},
         "status":{"phase":"Running","metrics":[
           {"name":"error-rate","phase":"Failed","failed":2,"measurements":[{"phase":"Failed","value":"[0.21052631578947367]"}]},
           {"name":"p99","phase":"Running","successful":2,"measurements":[{"phase":"Successful","value":"[24.123456789]"}]}]}}
        """)!.AsObject();

    private static string[] Draw(DemoFrame frame, int width, int height) =>
        TerminalConsole.Render(TerminalConsole.Plain, DemoPicture.Draw(frame, width, height), width);
}
