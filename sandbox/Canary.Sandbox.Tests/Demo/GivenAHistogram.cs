using System.Linq;
using Canary.Sandbox.Mesh.Telemetry;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Demo;

public sealed class GivenAHistogram
{
    [Test]
    public void WhenAQuantileIsAsked_ThenItIsInterpolatedAsPrometheusDoes()
    {
        var histogram = new Histogram();
        foreach (var value in Enumerable.Range(1, 100)) histogram.Observe(value);

        var state = histogram.Read();

        // 25 to 50 holds the ranks 26 to 50; the rank 40 is 15/25 of the way.
        Assert.That(state.Quantile(0.40), Is.EqualTo(40).Within(1e-9));
        Assert.That(state.Quantile(0.99), Is.EqualTo(99).Within(1e-9));
    }

    [Test]
    public void WhenTwoStatesAreCompared_ThenOnlyWhatCameBetweenCounts()
    {
        var histogram = new Histogram();
        histogram.Observe(3);
        var before = histogram.Read();
        histogram.Observe(300);

        var between = histogram.Read().Since(before);

        Assert.That((between.Count, between.Sum, between.Quantile(0.5)), Is.EqualTo((1, 300.0, (double?)375)));
    }

    [Test]
    public void WhenNothingWasObserved_ThenThereIsNoQuantile() => Assert.That(new Histogram().Read().Quantile(0.99), Is.Null);
}
