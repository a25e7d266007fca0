using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenTheTransitionTable
{
    private static readonly XDocument Words = XDocument.Load(Path.Combine(TestContext.CurrentContext.TestDirectory, "Canary.Core.xml"));

    private const string Prose = """

        ## Where analysis runs

        | field | when | clock | ends |
        |---|---|---|---|
        | `strategy.canary.preAnalysis` | before the first step, at a confirmed weight of 0 | starts when the canary's pods are ready | the first step waits until it is passed |
        | `strategy.canary.analysis` | in the background, from the step `startingStep` on: it begins with that step, whatever kind it is, and never before the first confirmed traffic | starts with the first confirmed traffic; with a later `startingStep`, with that step | goes on until the rollout ends |
        | a step `analysis` | where the steps say so | starts when every route shows the weight in force | the next step waits until it is passed |
        | `strategy.canary.postAnalysis` | after the last step, at a confirmed 100, beside the background | starts when every route shows 100 | stable is not touched until it is passed |

        Analysis after the last step runs when the canary serves everybody, and *before* the old version is gone: stable's workload still holds the old template and still has its pods, so a
        failure takes all traffic back to it at once. Once the new template is written into stable there is no old version left to go back to, and whatever fails then is a matter for the next
        release. `promote` passes the analysis before the steps and the one after them as it passes an analysis step; `promoteFull` skips both.

        Each of the four has its own policy. That of the spec the rollout began with counts; a change of it starts the rollout again, through 0.

        ## What a verdict brings about

        | verdict | policy | what it does |
        |---|---|---|

        """;

    private const string AlertProse = """

        A comparison with stable in the background has a word before it has a verdict: each raise but the first waits while it leans to worse, or has not seen enough requests
        ([how it judges](analysis.md#compared-with-stable)). No deadline runs meanwhile; `promote` makes that one raise, and under `onInconclusive: continue` none waits.

        Before the error budget is used up (an outage has one, [a refusal has not](analysis.md#errors-and-outages)) `onError: abort`, `pause` and `continue` decide nothing: the first two hold, as `hold` does, and an analysis that a step waits for is not passed. A run
        that a step went on without goes on: the promotion waits for its answers, and a failure that comes late still takes the canary back. The analysis after the last step is a part of the
        promotion, which never goes on without answers.

        ## What alerts do

        A rule of `spec.alerts` matches an alert that has all its labels and fulfils all its requirements. While a rollout is under way, from its start until stable is written, an alert that matches takes the canary back
        (`action: abort`, the default) or holds it as long as the alert fires (`action: pause`); of several rules that match, abort wins. Nothing is taken back once stable is written, and a rollout
        that is idle ignores alerts.

        An alert that was firing before the rollout began does not count, unless the rule says `includeExisting: true`. If a rule names `identityLabels`, alerts alike in them are one
        alert, and a value that changes in another label makes no new one. A revision that was taken back for an alert and is tried again while it
        still fires has therefore seen it before; it counts again when it ends and fires anew. No alert says which revision it means: one that comes late, for the revision that a newer one has
        just replaced, takes the newer one back, and `retry` begins it again.

        The rules are read live, as `spec.paused` is: a rule that is added protects a rollout that is under way, and nothing starts again.

        `promote`, `resume` and `promoteFull` go on past the alerts that fire at that moment, and past no others; the history says which they were. An alert that ends and fires anew counts anew.

        """;

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
        var path = RepositoryFolder.PathTo("docs", "rollouts.md");
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
        text.Append("\n## How a promotion goes\n\n| stage | meaning |\n|---|---|\n");
        foreach (var stage in Enum.GetValues<PromotionStage>()) text.Append($"| {stage} | {Summary($"F:Canary.Core.Rollouts.PromotionStage.{stage}")} |\n");
        text.Append(Prose);
        Verdicts<FailedAction>("Failed", "onFailed");
        Verdicts<InconclusiveAction>("Inconclusive", "onInconclusive");
        Verdicts<ErrorAction>("Error", "onError");
        text.Append(AlertProse).Append(SafetyProse.Text);
        return text.ToString();

        void Verdicts<T>(string verdict, string field)
            where T : struct, Enum
        {
            foreach (var action in Enum.GetValues<T>())
                text.Append($"| {verdict} | `{field}: {char.ToLowerInvariant(action.ToString()[0])}{action.ToString()[1..]}` | {Summary($"F:Canary.Core.Analysis.{typeof(T).Name}.{action}")} |\n");
        }
    }

    private static string Say(Effect effect) => effect switch
    {
        Effect.Route route => $"route {route.Second} to canary",
        Effect.Analyze analyze => $"run {Reasons.Of(analyze.Key)}",
        Effect.EndAnalysis end => $"end {Reasons.Of(end.Key)}",
        Effect.FenceRoutes => "refuse earlier writes on the routes",
        Effect.FenceStable => "refuse an earlier template in stable",
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
}
