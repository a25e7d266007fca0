using System.Collections.Generic;

namespace Canary.Sandbox.Demo;

/// <summary>Where the demo shows itself.</summary>
internal interface IDemoScreen
{
    /// <summary>Something that is said once.</summary>
    void Say(string text);

    /// <summary>The state of things, several times a second.</summary>
    void Show(DemoFrame frame);

    /// <summary>The last lines: one a scenario.</summary>
    void Finish(IReadOnlyList<ScenarioResult> results);
}
