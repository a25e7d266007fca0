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

        Assert.That(EvidenceRule.Apply(Compared, spec, new RunKey("v2", 1, 1)), Is.EqualTo(Compared));
    }

    [Test]
    public void WhenATemplateAsksForNoEvidence_ThenItIsNotAskedFor()
    {
        var run = new RunSpec([.. Compared.Metrics.Select(metric => metric with
        {
            Comparison = metric.Comparison! with { Require = Requirement.NoHarm },
        })]);

        Assert.That(EvidenceRule.Apply(run, A.Rollout with { Steps = [A.SetWeight(5), Analyze], Analysis = null }, new RunKey("v2", 1, 1)),
            Is.EqualTo(run));
    }

    [Test]
    public void WhenItIsTheBackgroundOrAKeyOfNoStep_ThenNothingChanges()
    {
        var spec = A.Rollout with { Steps = [A.SetWeight(5), Analyze], Analysis = null };

        foreach (var key in new[] { new RunKey("v2", 1, null), new RunKey("v2", 1, 7), new RunKey("v2", 1, 0),
            new RunKey("v2", 1, null, AnalysisPlacement.Post) })
            Assert.That(EvidenceRule.Apply(Compared, spec, key), Is.EqualTo(Compared), key.ToString());
    }

    private static Comparison Applied(int step, EquatableArray<Step> steps) =>
        EvidenceRule.Apply(Compared, A.Rollout with { Steps = steps, Analysis = null }, new RunKey("v2", 1, step)).Metrics[0].Comparison!;
}
