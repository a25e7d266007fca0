using System;
using System.Collections.Generic;

namespace Canary.Sandbox.Demo;

/// <summary>Everything that the screen shows at one moment.</summary>
internal sealed record DemoFrame(
    Scenario Scenario, int Number, int Count, TimeSpan Elapsed, RolloutView Rollout, SideReading Stable, SideReading Canary,
    IReadOnlyList<VerdictView> Verdicts, IReadOnlyList<string> Events, IReadOnlyList<ScenarioResult> Done);
