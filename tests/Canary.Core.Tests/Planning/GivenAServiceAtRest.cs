using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Planning;
using Canary.Core.Statistics;
using Canary.Core.Tests.Analysis;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

public sealed class GivenAServiceAtRest
{
    private static readonly MetricSpec Errors = A.Metric with
    {
        SuccessCondition = null,
        Provider = A.Red,
        Comparison = new Comparison(ComparisonKind.Sequential, [new("ns", "shop"), new("svc", "checkout")]) { Alpha = 0.004 },
    };

    private static readonly MetricSpec Durations = Errors with
    {
        Provider = A.Red with { Signal = RedSignal.Duration },
        Comparison = Errors.Comparison! with { Tolerate = 1.1, Bounds = [25, 100, 250, 500] }
    };

    [Test]
    public void WhenItHasErrors_ThenTheirShareIsPlannedWith()
    {
        var plan = Baseline.OfErrors(120, 360_000, 0.0012).Plan(Errors);

        Assert.That(plan, Is.EqualTo(new PlannedMetric(120, 0.0012, 0.004, RatioGrid.Errors(1), TimeSpan.FromSeconds(30))));
        Assert.That(Baseline.OfErrors(120, 360_000, 0.0012).IsUpperBound, Is.False);
    }

    [Test]
    public void WhenItHasNone_ThenTheMostThatThereMayBe()
    {
        var baseline = Baseline.OfErrors(10, 36_000, 0);

        Assert.That(baseline.IsUpperBound, Is.True);
        Assert.That(baseline.Rate, Is.EqualTo(WilsonInterval.Of(0, 36_000).High).And.InRange(3.0 / 36_000, 4.0 / 36_000));
    }

    [Test]
    public void WhenBoundsAreExceeded_ThenTheHighestShareThatTenTimesAsManyCanStillExceedIsTaken()
    {
        var baseline =
            Baseline.OfDurations(Durations, 100, Buckets(("25", 4000), ("100.0", 9300), ("250", 9900), ("500", 9990), ("+Inf", 10_000)))!;

        Assert.That((baseline.Bound, baseline.Rate), Is.EqualTo((100, 0.07)).Within(1e-9));
        Assert.That(baseline.GuardRate, Is.EqualTo(0.07).Within(1e-9), "the windows are compared by the tail");
        Assert.That(baseline.Plan(Durations),
            Is.EqualTo(new PlannedMetric(100, baseline.Rate, 0.001, RatioGrid.Slowness(1.1),
                TimeSpan.FromSeconds(30))
            { GuardRate = baseline.GuardRate }), "one of four bounds shows four times as much");
    }

    [Test]
    public void WhenEveryBoundIsExceededByMany_ThenTheLeastOfThemIsTaken() =>
        Assert.That(Baseline.OfDurations(Durations, 100,
            Buckets(("25", 0), ("100", 1000), ("250", 5000), ("500", 7000), ("+Inf", 10_000)))!.Bound, Is.EqualTo(500));

    [Test]
    public void WhenNothingIsSlow_ThenTheLowestBoundAndTheMostThatThereMayBe()
    {
        var baseline = Baseline.OfDurations(Durations, 100, Buckets(("25", 10_000), ("100", 10_000), ("+Inf", 10_000)))!;

        Assert.That((baseline.Bound, baseline.IsUpperBound), Is.EqualTo((25, true)));
    }

    [Test]
    public void WhenThereAreNoBuckets_ThenThereIsNoBaseline() =>
        Assert.That(Baseline.OfDurations(Durations, 100, new MetricAnswer.Vector([], [])), Is.Null);

    [Test]
    public void WhenTrafficIsAveraged_ThenBothSidesAndOnlyTheTimesThatHaveAValueCount()
    {
        // The first point reaches back to before there were samples.
        var stable = Matrix((0, 10), (60, 90), (120, 60), (180, 110));
        var canary = Matrix((120, 40));

        Assert.That(Baseline.Traffic(stable, canary), Is.EqualTo(100).Within(1e-9));
        Assert.That(Baseline.Traffic(Matrix(), Matrix()), Is.Null);
    }

    [Test]
    public void WhenPrometheusIsAsked_ThenEachSideByItsOwnLabels()
    {
        var at = A.At(0);
        var requests = BaselineQueries.Requests(Errors, RedSide.Stable, TimeSpan.FromHours(1), at);

        Assert.That(requests.Query,
            Is.EqualTo(
                "sum(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"checkout.shop.svc.cluster.local\"}[60s]))"));
        Assert.That(requests.Range, Is.EqualTo(new QueryRange(TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(1))));
        Assert.That(BaselineQueries.Requests(Errors, RedSide.Canary, TimeSpan.FromHours(1), at).Query,
            Does.Contain("checkout-canary.shop"));
        Assert.That(BaselineQueries.Volume(Errors, TimeSpan.FromHours(1), at).Query,
            Is.EqualTo(
                "sum(increase(istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"checkout.shop.svc.cluster.local\"}[3600s]))"));
        Assert.That(BaselineQueries.Events(Errors, TimeSpan.FromHours(1), at).Query,
            Does.StartWith("(sum(rate(istio_requests_total{").And.Contain("checkout.shop").And.Contain(
                "response_code=~\"5..|0\"").And.Contain("[3600s]"));
        Assert.That(BaselineQueries.Events(Durations, TimeSpan.FromHours(1), at).Query, Is.EqualTo(
            """sum by (le) (increase(istio_request_duration_milliseconds_bucket{reporter=~"source|waypoint",destination_service="checkout.shop.svc.cluster.local",le=~"25(\\.0)?|100(\\.0)?|250(\\.0)?|500(\\.0)?|\\+Inf"}[3600s]))"""));
    }

    private static MetricAnswer.Vector Buckets(params (string Le, double Count)[] buckets) =>
        new([.. buckets.Select(bucket => new Sample([new Label("le", bucket.Le)], bucket.Count))], []);

    private static MetricAnswer.Matrix Matrix(params (double Seconds, double Value)[] points) =>
        new(points.Length == 0 ? [] : [new Series([], [.. points.Select(point => new Point(A.At(point.Seconds), point.Value))])], []);
}
