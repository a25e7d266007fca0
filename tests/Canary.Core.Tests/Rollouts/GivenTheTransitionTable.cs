using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml.Linq;
using Canary.Core.Rollouts;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

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

        Laws.Judge(world, world.Decide());
    }

    [Test]
    public void WhenTheDocumentIsRead_ThenItSaysWhatTheCodeDoes()
    {
        var path = Path.Combine(Repository(), "docs", "rollouts.md");
        var document = Document();
        if (Environment.GetEnvironmentVariable("CANARY_UPDATE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, document);
        }

        Assert.That(File.ReadAllText(path), Is.EqualTo(document), "docs/rollouts.md is old; run the tests with CANARY_UPDATE=1 and look at what changed");
    }

    private static Situation Recognise(FakeWorld world)
    {
        var scene = new Scene(world.ReadSpec, world.Errors, world.Status, world.Look(), world.Now);
        return Classify.Of(scene with { Status = Noticing.Of(scene) });
    }

    private static string Document()
    {
        var text = new StringBuilder("""
            # How a rollout decides

            Generated from the code by `GivenTheTransitionTable`; do not edit it, run the tests with `CANARY_UPDATE=1`.

            An evaluation asks for the situations from top to bottom and takes the first that is true: the order is the priority. It follows the transitions until nothing changes, saves the
            status, and only then carries out the effects. Effects are levels: sent again, they change nothing. Each row shows one example: a rollout of revision v2 over v1 with the steps
            5 %, a minute's pause, 25 %, an analysis, 50 % and an open pause.

            | situation | when | ends in | phase | effects | message |
            |---|---|---|---|---|---|

            """);
        foreach (var situation in Enum.GetValues<Situation>())
        {
            var decision = Situations.Before(situation).Decide();
            var effects = decision.Effects.Count == 0 ? "none" : string.Join(", ", decision.Effects.Select(Say));
            text.Append($"| {situation} | {Summary($"F:Canary.Core.Rollouts.Situation.{situation}")} | {decision.Situation} | {decision.Status.Phase} | {effects} | {decision.Status.Message} |\n");
        }

        text.Append("\n## Phases\n\n| phase | meaning |\n|---|---|\n");
        foreach (var phase in Enum.GetValues<Phase>()) text.Append($"| {phase} | {Summary($"F:Canary.Core.Rollouts.Phase.{phase}")} |\n");
        text.Append("\n## What a person can ask\n\n| request | what it does |\n|---|---|\n");
        foreach (var action in Enum.GetValues<RequestAction>()) text.Append($"| {action} | {Summary($"F:Canary.Core.Rollouts.RequestAction.{action}")} |\n");
        text.Append("\n## Why a rollout is held\n\n| hold | meaning |\n|---|---|\n");
        foreach (var reason in Enum.GetValues<HoldReason>()) text.Append($"| {reason} | {Summary($"F:Canary.Core.Rollouts.HoldReason.{reason}")} |\n");
        return text.ToString();
    }

    private static string Say(Effect effect) => effect switch
    {
        Effect.Route route => $"route {route.Second} to canary",
        Effect.Analyze analyze => $"run {Reasons.Of(analyze.Key)}",
        Effect.EndAnalysis end => $"end {Reasons.Of(end.Key)}",
        Effect.PromoteTemplate promote => $"write template {promote.Revision} into stable",
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect, "an effect without words"),
    };

    private static string Summary(string member) =>
        string.Concat(Words.Descendants("member").Single(one => one.Attribute("name")!.Value == member).Element("summary")!.Nodes().Select(Plain)).Trim();

    private static string Plain(XNode node) => node switch
    {
        XText words => words.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element => element.Value,
        _ => "",
    };

    private static string Repository()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Canary.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no Canary.sln above the tests");
    }
}
