using Canary.Core.Statistics;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenRatiosOfMinutes
{
    [TestCase("{ blocks: 5 }", 0, 0, 0)]
    [TestCase("{ blocks: 5, ratios: { minutes: 3, sum: -0.5, squares: 0.25 } }", 3, -0.5, 0.25)]
    [TestCase("{ blocks: 5, ratios: { minutes: 6, sum: 4.2, squares: 3 } }", 0, 0, 0)]
    [TestCase("{ blocks: 5, ratios: { minutes: -1, sum: 4.2, squares: 3 } }", 0, 0, 0)]
    [TestCase("{ blocks: 5, ratios: { minutes: 3 } }", 0, 0, 0)]
    [TestCase("{ blocks: 5, ratios: { minutes: 3, sum: many, squares: 3 } }", 0, 0, 0)]
    [TestCase("{ blocks: 5, ratios: { minutes: 3, sum: 1.0e+300, squares: -7 } }", 3, 1e9, 0)]
    public void WhenAnotherVersionOrAPersonWroteThem_ThenThatManyAreKnown(string evidence, int minutes, double sum, double squares)
    {
        var read = EvidenceMapping.Read(new FieldReader(Yaml.Object(evidence), "status", []))!;

        Assert.That(read.Ratios, Is.EqualTo(new MinuteRatios(minutes, sum, squares)));
        Assert.That(read.Ratios.LogEvidence, Is.Not.NaN.And.LessThan(double.PositiveInfinity));
    }
}
