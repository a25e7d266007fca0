using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.Terminal;

namespace Canary.Sandbox.Demo;

/// <summary>Everything that the screen shows at one moment.</summary>
/// <param name="Number">Of the scenario, from 1.</param>
/// <param name="Count">How many scenarios there are.</param>
/// <param name="IsSeen">The controller has seen the version that this scenario shipped: before, its status is that of the version
/// before.</param>
/// <param name="Steps">The steps of the Rollout.</param>
/// <param name="Run">The newest analysis of the revision that is released; null: there is none.</param>
/// <param name="Done">The scenarios that have ended.</param>
internal sealed record DemoFrame(
    Scenario Scenario, int Number, int Count, TimeSpan Elapsed, bool IsSeen, RolloutView Rollout, IReadOnlyList<StepItem> Steps,
    SideReading Stable, SideReading Canary,
    JsonObject? Run, IReadOnlyList<string> Events, IReadOnlyList<ScenarioResult> Done)
{
    /// <summary>The last measurement of each metric.</summary>
    public IEnumerable<VerdictView> Verdicts => Run is null ? [] : VerdictView.Read(Run);
}
