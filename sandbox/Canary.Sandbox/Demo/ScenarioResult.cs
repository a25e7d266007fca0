using System;
using System.Collections.Generic;

namespace Canary.Sandbox.Demo;

/// <summary>What became of a scenario.</summary>
/// <param name="Scenario">What was shipped.</param>
/// <param name="Outcome">How it ended, as the Rollout's history says.</param>
/// <param name="Reason">Why, in the controller's words.</param>
/// <param name="Duration">From the change of the Deployment to the end.</param>
/// <param name="CanaryRequests">Requests that the mesh sent to the canary's Service meanwhile.</param>
/// <param name="CanaryFailures">The failed ones among them.</param>
/// <param name="Weights">Every weight that was in force, in order; percent.</param>
internal sealed record ScenarioResult(
    Scenario Scenario, ScenarioOutcome Outcome, string Reason, TimeSpan Duration, long CanaryRequests, long CanaryFailures,
    IReadOnlyList<double> Weights)
{
    public bool IsAsExpected => Outcome == Scenario.Expected;
}
