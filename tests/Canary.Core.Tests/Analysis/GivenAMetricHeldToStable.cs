using Canary.Core.Analysis;
using Canary.Core.Analysis.Reporting;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenAMetricHeldToStable
{
    private static readonly Comparison Comparison = new(ComparisonKind.Sequential, []) { Alpha = 0.005 };

    [Test]
    public void WhenItIsSaidWhatDecides_ThenItDoesNotReadAsIfItWereFound() =>
        Assert.That(MetricThreshold.Describe(A.Metric with { Comparison = Comparison }),
            Is.EqualTo("fails at 200:1 odds that it is worse"));

    [Test]
    public void WhenMoreIsToleratedAndEvidenceIsNeeded_ThenBothAreSaid() =>
        Assert.That(
            MetricThreshold.Describe(A.Metric with
            {
                Comparison =
                Comparison with { Tolerate = 1.1, Require = Requirement.Evidence, NotWorseThan = 2.2, Beta = 0.05 }
            }),
            Is.EqualTo(
                "fails at 200:1 odds that it is worse than 1.1 times stable's; needs 20:1 odds that it is less than 2.2 times as bad"));
}
