using System;
using System.IO;
using Canary.Sandbox.Demo;
using NUnit.Framework;
using Spectre.Console;

namespace Canary.Sandbox.Tests.Demo;

public sealed class GivenTheScreenOfTheDemo
{
    private static DemoFrame Frame(string message, double applied = 5) => new(
        Scenario.All[1], 2, 3, TimeSpan.FromSeconds(12), new RolloutView("Progressing", "2 of 8", message, "b", 25, applied, []),
        new SideReading("1.0.0", 95.2, 0, 12.5), new SideReading("3.0.0", 4.8, 0.21, null),
        [new VerdictView("error-rate", "Failed", "0.21", "", 0, 1)], ["WeightChanged: weight is 5"], []);

    [Test]
    public void WhenAFrameIsDrawn_ThenWeightsSidesVerdictsAndWordsAreOnIt()
    {
        var text = Draw(Frame("result[0] > 0.05 [with brackets]"));

        Assert.That(text, Does.Contain("result[0] > 0.05 [with brackets]").And.Contain("21.0 %").And.Contain("error-rate").And.Contain("WeightChanged").And.Contain("→ 25 %").And.Contain("2 of 8"));
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
        Assert.That(lines, Has.Exactly(1).Contains("event WeightChanged"));
        Assert.That(lines, Has.Exactly(1).Contains("canary 3.0.0 5 req/s, errors 21.0 %, p99 -"));
    }

    private static string Draw(DemoFrame frame)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output)
        });
        console.Profile.Width = 120;
        console.Write(LiveScreen.Picture(frame));
        return output.ToString();
    }
}
