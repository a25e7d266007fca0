using System;
using System.Collections.Generic;
using Canary.Terminal;

namespace Canary.Sandbox.Demo;

/// <summary>The demo in a terminal: one picture that changes. What became of each version stays in the terminal afterwards.</summary>
internal sealed class LiveScreen(Screen screen) : IDemoScreen
{
    private bool _hasFrame;

    // Once there is a picture it says it all.
    public void Say(string text)
    {
        if (!_hasFrame) screen.Paint((_, _) => StyledText.Create((text, "grey")));
    }

    public void Show(DemoFrame frame)
    {
        _hasFrame = true;
        screen.Paint((width, height) => DemoPicture.Draw(frame, width, height));
    }

    public void Finish(IReadOnlyList<ScenarioResult> results)
    {
        screen.Dispose();
        foreach (var result in results) TerminalConsole.Write(Console.Out, _ => DemoPicture.DrawResult(result));
        Console.Out.WriteLine(ResultText.Summary(results));
    }
}
