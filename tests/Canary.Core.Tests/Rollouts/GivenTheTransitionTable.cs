using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Tests.Analysis;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

/// <summary>Every situation in a small world, and the tables of docs/rollouts.md, which come from the code.</summary>
public sealed class GivenTheTransitionTable
{
    private static readonly XDocument Words = XDocument.Load(Path.Combine(TestContext.CurrentContext.TestDirectory, "Canary.Core.xml"));

    [Test]
    public void WhenAWorldIsLookedAt_ThenItsSituationIsRecognised([Values] Situation situation)
    {
        var world = Situations.Before(situation);

        Assert.That(Recognise(world), Is.EqualTo(situation));
    }

    [Test]
    public void WhenItIsDecided_ThenTheLawsHold([Values] Situation situation)
    {
        var world = Situations.Before(situation);

        Invariants.Judge(world, world.Decide());
    }

    [Test]
    public void WhenTheTableOfSituationsIsRead_ThenItSaysWhatTheCodeDoes() =>
        Documents.AssertPart("rollouts.md", "situations", SituationTable());

    [Test]
    public void WhenATableOfNamesIsRead_ThenItHasThoseOfTheCode() => Assert.Multiple(() =>
    {
        AssertNames<Phase>("phases", "phase", "meaning");
        AssertNames<RequestAction>("requests", "request", "what it does");
        AssertNames<HoldReason>("holds", "hold", "meaning");
        AssertNames<PromotionStage>("stages", "stage", "meaning");
    });

    [Test]
    public void WhenTheTableOfPoliciesIsRead_ThenItHasThoseOfTheCode()
    {
        string[] rows =
        [
            .. Policies<FailedAction>("Failed", "onFailed"),
            .. Policies<InconclusiveAction>("Inconclusive", "onInconclusive"),
            .. Policies<ErrorAction>("Error", "onError"),
        ];

        Documents.AssertPart("rollouts.md", "policies", $"| verdict | policy | what it does |\n|---|---|---|\n{string.Concat(rows)}");
    }

    private static Situation Recognise(FakeWorld world)
    {
        var evaluation = new Evaluation(world.ReadSpec, world.Errors, world.Status, world.Look(), world.Now);
        return Classify.FindSituation(evaluation with { Status = StatusRefresh.Refresh(evaluation) });
    }

    private static string SituationTable()
    {
        var text = new StringBuilder("| situation | when | ends in | phase | effects | message |\n|---|---|---|---|---|---|\n");
        foreach (var situation in Enum.GetValues<Situation>())
        {
            var decision = Situations.Before(situation).Decide();
            var effects = decision.Effects.Count == 0 ? "none" : string.Join(", ", decision.Effects.Select(Say));
            var when = Summary($"F:Canary.Core.Rollouts.Evaluating.Situation.{situation}");
            text.Append(
                $"| {situation} | {when} | {decision.Situation} | {decision.Status.Phase} | {effects} | {decision.Status.Message} |\n");
        }

        return text.ToString();
    }

    private static void AssertNames<T>(string part, string name, string meaning)
        where T : struct, Enum
    {
        var rows = Enum.GetValues<T>().Select(one => $"| {one} | {Summary($"F:Canary.Core.Rollouts.{typeof(T).Name}.{one}")} |\n");

        Documents.AssertPart("rollouts.md", part, $"| {name} | {meaning} |\n|---|---|\n{string.Concat(rows)}");
    }

    private static IEnumerable<string> Policies<T>(string verdict, string field)
        where T : struct, Enum => Enum.GetValues<T>().Select(action =>
            $"| {verdict} | `{field}: {char.ToLowerInvariant(action.ToString()[0])}{action.ToString()[1..]}` "
                + $"| {Summary($"F:Canary.Core.Analysis.{typeof(T).Name}.{action}")} |\n");

    private static string Say(Effect effect) => effect switch
    {
        Effect.Route route => $"route {route.Second} to canary{(route.Plan.Managed.IsNone ? "" : $", {route.Plan.Managed}")}",
        Effect.Analyze analyze => $"run {RollbackReasons.Describe(analyze.Key)}",
        Effect.EndAnalysis end => $"end {RollbackReasons.Describe(end.Key)}",
        Effect.FenceRoutes => "refuse earlier writes on the routes",
        Effect.FenceStable => "refuse an earlier template in stable",
        Effect.PromoteTemplate promote => $"write template {promote.Revision} into stable",
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect, "an effect without words"),
    };

    private static string Summary(string member) =>
        string.Join(' ', string.Concat(Words.Descendants("member").Single(one => one.Attribute("name")!.Value == member)
            .Element("summary")!.Nodes().Select(Plain)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Plain(XNode node) => node switch
    {
        XText words => words.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element => element.Value,
        _ => "",
    };
}
