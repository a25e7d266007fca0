using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Reading;

public sealed class GivenASimulatedPrometheus
{
    private static readonly World World = Make(new Cell(100, 0.05, Schedule.Constant(50)) { HasDurations = true });

    [TestCase("""istio_requests_total{reporter=~"source|waypoint",destination_workload_namespace="shop",destination_workload=~"checkout-canary|checkout-stable"}[105s]""", 12)]
    [TestCase("""istio_requests_total{destination_workload="checkout-canary"}[2m]""", 4)]
    [TestCase("""istio_requests_total{destination_workload="checkout-canary",response_code=~"5.."}[2m]""", 2)]
    [TestCase("""istio_requests_total{destination_workload!="checkout-canary"}[1m30s]""", 8)]
    [TestCase("""istio_requests_total{response_code!~"2..", pod=~"checkout-stable-[01]"}[2m]""", 2)]
    [TestCase("""istio_requests_total{destination_workload=~"checkout"}[2m]""", 0)]
    [TestCase("""istio_requests_total{nobody=""}[2m]""", 12)]
    [TestCase("""{__name__="istio_requests_total"}[120000ms]""", 12)]
    [TestCase("""istio_request_duration_milliseconds_bucket{destination_workload="checkout-canary",le=~"5(\\.0)?|250(\\.0)?|\\+Inf"}[2m]""",
        6)]
    public void WhenASelectorIsAsked_ThenItsSeriesAnswer(string query, int series)
    {
        var answer = Ask(query, 1_200_000);

        Assert.That(((MetricAnswer.Matrix)answer).Series, Has.Count.EqualTo(series));
    }

    [Test]
    public void WhenARangeIsAsked_ThenItIsOpenToTheLeftAndClosedToTheRight()
    {
        var samples = World.Series[World.Shape.Good(2)];
        var (first, last) = (samples.At[100], samples.At[104]);

        var answer = Ask($$"""istio_requests_total{pod="checkout-stable-0",response_code="200"}[{{last - first}}ms]""", last);

        var points = ((MetricAnswer.Matrix)answer).Series.Single().Points;
        Assert.That(points.Select(point => (int)(point.At - Clock.Start).TotalMilliseconds), Is.EqualTo(samples.At[101..105].ToArray()));
        Assert.That(points.Select(point => point.Value), Is.EqualTo(samples.Values[101..105].ToArray()));
    }

    [Test]
    public void WhenLaterIsAskedThanItIs_ThenTheFutureIsNotTold()
    {
        var prometheus = new SimulatedPrometheus();
        prometheus.Show(World, 600_000);

        var answer = (MetricAnswer.Matrix)prometheus.Ask(Query("istio_requests_total{}[5m]", 720_000));

        Assert.That(answer.Series.SelectMany(series => series.Points)
            .Max(point => point.At), Is.LessThanOrEqualTo(Clock.Start.AddMinutes(10)));
    }

    [Test]
    public void WhenSeriesAreAnswered_ThenTheyCarryTheLabelsOfIstio()
    {
        var series = ((MetricAnswer.Matrix)Ask("""istio_requests_total{pod="checkout-canary-1",response_code="503"}[2m]""",
            1_200_000)).Series.Single();

        Assert.That(series.Labels,
            Is.SupersetOf(new Label[] { new("__name__", "istio_requests_total"), new("reporter", "source"),
                new("destination_workload_namespace", "shop"), new("destination_workload", "checkout-canary") }));
        Assert.That(series.Labels.Select(label => label.Name), Is.Ordered.And.Unique);
    }

    [TestCase("""sum(rate(istio_requests_total{a="b"}[1m]))""")]
    [TestCase("""istio_requests_total{a="b"}""")]
    [TestCase("""istio_requests_total{a="b}[1m]""")]
    [TestCase("""istio_requests_total{a~"b"}[1m]""")]
    [TestCase("""istio_requests_total{a=~"("}[1m]""")]
    [TestCase("""istio_requests_total{a="b"}[1d]""")]
    [TestCase("""istio_requests_total{a="b"}[1m] offset 5m""")]
    [TestCase("""istio_requests_total{a="\d"}[1m]""")]
    [TestCase("[1m]")]
    public void WhenAnythingElseIsAsked_ThenItSaysSo(string query) =>
        Assert.That(Ask(query, 60_000), Is.InstanceOf<MetricAnswer.Faulted>());

    [Test]
    public async Task WhenItIsOut_ThenItDoesNotAnswer()
    {
        var world = Make(new Cell(100, 0.01, Schedule.Constant(10)) { Fault = WorldFault.Outage });
        var prometheus = new SimulatedPrometheus();

        async Task<bool> IsAnsweredAsync(int now)
        {
            prometheus.Show(world, now);
            return await prometheus.AskAsync(Query("istio_requests_total{}[1m]", now), CancellationToken.None) is MetricAnswer.Matrix;
        }

        Assert.That(world.OutageTo - world.OutageFrom, Is.EqualTo(300_000));
        Assert.That((await IsAnsweredAsync(world.OutageFrom - 1), await IsAnsweredAsync(world.OutageFrom),
            await IsAnsweredAsync(world.OutageTo - 1), await IsAnsweredAsync(world.OutageTo)), Is.EqualTo((true, false, false, true)));
    }

    private static World Make(Cell cell) => new WorldMaker(cell, 1).Make(0);

    private static MetricAnswer Ask(string query, int at)
    {
        var prometheus = new SimulatedPrometheus();
        prometheus.Show(World, at);
        return prometheus.Ask(Query(query, at));
    }

    private static MetricQuery Query(string text, int at) =>
        new(MetricQueries.Prometheus, "", null, text, null, Clock.Start.AddMilliseconds(at), TimeSpan.FromSeconds(30), null, [], false,
            null);
}
