using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAnAnalysisStepThatComparesLast
{
    private static readonly RunSpec Compared = new([Analysis.A.ComparedErrors with { Name = "errors", Count = 4 }]);
    private static readonly Step Analyze = new Step.Analyze(A.Red);

    [Test]
    public void WhenNothingRunsInTheBackground_ThenItNeedsEvidenceAndGoesOnForIt()
    {
        var comparison = Applied(2, [A.SetWeight(5), Analyze, Analyze, A.SetWeight(50), new Step.Pause(null)]);

        Assert.That((comparison.Require, comparison.CountExtension), Is.EqualTo((Requirement.Evidence, TimeSpan.FromMinutes(15))));
    }

    [Test]
    public void WhenAnotherAnalysisStepFollows_ThenNoHarmIsEnough() =>
        Assert.That(Applied(1, [A.SetWeight(5), Analyze, A.SetWeight(50), Analyze]).Require,
            Is.EqualTo(Requirement.EvidenceForFullWeight));

    [Test]
    public void WhenThereIsNothingToCompareWith_ThenItIsLeftAsItIs()
    {
        Assert.That(Applied(0, [Analyze, A.SetWeight(5)]).Require, Is.EqualTo(Requirement.EvidenceForFullWeight));
        Assert.That(Applied(1, [A.SetWeight(100), Analyze]).Require, Is.EqualTo(Requirement.EvidenceForFullWeight));
    }

    [Test]
    public void WhenTheBackgroundCompares_ThenTheRaiseWaitsAndNotTheStep()
    {
        var spec = A.Rollout with { Steps = [A.SetWeight(5), Analyze], Analysis = new BackgroundAnalysis(A.Red, 0) };

        Assert.That(EvidenceRule.Apply(Compared, spec, new RunKey("v2", 1, 1), _ => true), Is.EqualTo(Compared));
    }

    [Test]
    public void WhenATemplateAsksForNoEvidence_ThenItIsNotAskedFor()
    {
        var run = new RunSpec([.. Compared.Metrics.Select(metric => metric with
        {
            Comparison = metric.Comparison! with { Require = Requirement.NoHarm },
        })]);

        var spec = A.Rollout with { Steps = [A.SetWeight(5), Analyze], Analysis = null };

        Assert.That(EvidenceRule.Apply(run, spec, new RunKey("v2", 1, 1), _ => true), Is.EqualTo(run));
    }

    [Test]
    public void WhenTheNextStepOrTheBackgroundComparesNothing_ThenItIsTheLastThatDoes()
    {
        var smoke = A.Red with { DryRun = ["smoke"] };
        Func<AnalysisReference, bool> compares = analysis => analysis != smoke;
        var spec = A.Rollout with { Steps = [A.SetWeight(5), Analyze], Analysis = new BackgroundAnalysis(smoke, 0) };

        Assert.That(Applied(1, [A.SetWeight(5), Analyze, new Step.Analyze(smoke)], compares).Require, Is.EqualTo(Requirement.Evidence));
        Assert.That(EvidenceRule.Apply(Compared, spec, new RunKey("v2", 1, 1), compares).Metrics[0].Comparison!.Require,
            Is.EqualTo(Requirement.Evidence));
    }

    [Test]
    public void WhenABackgroundComparisonHasACount_ThenItDoesNotEndBeforeThereIsEvidence()
    {
        var strict = new RunSpec([Compared.Metrics[0] with
        {
            Comparison = Compared.Metrics[0].Comparison! with { Require = Requirement.NoHarm },
        }]);
        var background = new RunKey("v2", 1, null);

        Assert.That(EvidenceRule.Apply(Compared, A.Rollout, background, _ => true).Metrics[0].Count, Is.Null);
        Assert.That(EvidenceRule.Apply(strict, A.Rollout, background, _ => true), Is.EqualTo(strict), "it asks for no evidence");
    }

    [Test]
    public void WhenItIsAtAnEdgeOrAKeyOfNoStep_ThenNothingChanges()
    {
        var spec = A.Rollout with { Steps = [A.SetWeight(5), Analyze], Analysis = null };

        foreach (var key in new[] { new RunKey("v2", 1, 7), new RunKey("v2", 1, 0),
            new RunKey("v2", 1, null, AnalysisPlacement.Post) })
            Assert.That(EvidenceRule.Apply(Compared, spec, key, _ => true), Is.EqualTo(Compared), key.ToString());
    }

    private static Comparison Applied(int step, EquatableArray<Step> steps, Func<AnalysisReference, bool>? compares = null) =>
        EvidenceRule.Apply(Compared, A.Rollout with { Steps = steps, Analysis = null }, new RunKey("v2", 1, step), compares ?? (_ => true))
            .Metrics[0].Comparison!;
}
