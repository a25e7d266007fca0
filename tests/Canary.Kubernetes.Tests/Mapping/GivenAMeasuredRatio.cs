using Canary.Core.Statistics;
using Canary.Kubernetes.Mapping;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenAMeasuredRatio
{
    [TestCase("{ low: 1.4, high: 6.9 }", 1.4, 6.9)]
    [TestCase("{ low: 1.4 }", 1.4, double.PositiveInfinity)]
    [TestCase("{ high: 6.9 }", 0, 6.9)]
    [TestCase("{}", 0, double.PositiveInfinity)]
    [TestCase("{ low: -1, high: 1e300 }", 0, double.PositiveInfinity)]
    [TestCase("{ low: 7, high: 2 }", 0, double.PositiveInfinity)]
    [TestCase("{ low: x, high: [2] }", 0, double.PositiveInfinity)]
    public void WhenARatioWasEdited_ThenItIsARangeAllTheSame(string ratio, double low, double high) =>
        Assert.That(ReadRatio($"ratio: {ratio}"), Is.EqualTo(new RatioRange(low, high)));

    [TestCase("value: x")]
    [TestCase("ratio: 7")]
    public void WhenARunHasNoRatio_ThenThereIsNone(string field) => Assert.That(ReadRatio(field), Is.Null);

    private static RatioRange? ReadRatio(string field) => RunStatusMapping.Read(Yaml.Object($$"""
        metrics: [{ name: m, phase: Running, measurements: [{ phase: Failed, {{field}} }] }]
        """)).Metrics[0].Measurements[0].Ratio;
}
