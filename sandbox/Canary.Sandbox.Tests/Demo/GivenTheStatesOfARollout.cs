using System.Linq;
using System.Text.Json.Nodes;
using Canary.Sandbox.Demo;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Demo;

public sealed class GivenTheStatesOfARollout
{
    private const string Earlier =
        """{"revision":"a","startedAt":"2026-01-01T00:00:00Z","endedAt":"2026-01-01T00:01:00Z","outcome":"Promoted","reason":"all steps passed"}""";
    private const string Failed =
        """{"revision":"b","startedAt":"2026-01-01T00:05:00Z","endedAt":"2026-01-01T00:06:00Z","outcome":"RolledBack","reason":"error-rate failed","evidence":["0.21 > 0.05","0.24 > 0.05"]}""";

    private static RolloutView State(string phase, double applied, params string[] history) => RolloutView.Read(JsonNode.Parse(
        $$"""{ "status": { "phase": "{{phase}}", "step": "1 of 4", "message": "m", "weights": { "desired": {{applied}}, "applied": {{applied}} }, "history": [ {{string.Join(',', history)}} ] } }""")!.AsObject());

    [Test]
    public void WhenItIsRolledBack_ThenTheNewEntryOfItsHistoryIsTheEnd()
    {
        var progress = new ScenarioProgress(State("Healthy", 0, Earlier));

        foreach (var state in new[] { State("Progressing", 0, Earlier), State("Progressing", 5, Earlier), State("RollingBack", 0, Earlier),
            State("RolledBack", 0, Earlier, Failed) }) progress.See(state);

        Assert.That(progress.Outcome, Is.EqualTo(ScenarioOutcome.RolledBack));
        Assert.That(progress.Weights, Is.EqualTo(new[] { 0.0, 5, 0 }));
        Assert.That(progress.End!.Reason, Is.EqualTo("error-rate failed"));
    }

    [Test]
    public void WhenTheOldEndIsAllThereIs_ThenItIsNotTaken()
    {
        var progress = new ScenarioProgress(State("RolledBack", 0, Earlier, Failed));

        progress.See(State("RolledBack", 0, Earlier, Failed));

        Assert.That((progress.End, progress.Outcome), Is.EqualTo(((HistoryView?)null, ScenarioOutcome.TimedOut)));
    }

    [Test]
    public void WhenTheEntryIsThereBeforeThePhaseIs_ThenItWaitsForThePhase()
    {
        var progress = new ScenarioProgress(State("Healthy", 0));

        progress.See(State("RollingBack", 5, Failed));

        Assert.That(progress.End, Is.Null);
    }

    [Test]
    public void WhenTheResultIsWrittenAsJson_ThenItHasTheAgreedMembers()
    {
        var scenario = Scenario.All[1];
        var result =
            new ScenarioResult(scenario, ScenarioOutcome.RolledBack, "errors", System.TimeSpan.FromSeconds(12.34), 60, 12, [0, 5, 0]);

        var document = ResultText.Document([result]).ToJsonString();

        Assert.That(document, Is.EqualTo(
            """{"scenarios":[{"version":"3.0.0","outcome":"rolledBack","reason":"errors","durationSeconds":12.3,"canaryRequests":60,"canaryFailures":12,"weights":[0,5,0]}]}"""));
    }

    [Test]
    public void WhenTheScenariosAreRead_ThenAGoodOneAndTwoBadOnesAreThere() =>
        Assert.That(
            Scenario.All.Select(scenario => (scenario.Version.Version, scenario.Expected)),
            Is.EqualTo(new[] { ("2.0.0", ScenarioOutcome.Promoted), ("3.0.0", ScenarioOutcome.RolledBack),
                ("4.0.0", ScenarioOutcome.RolledBack) }));
}
