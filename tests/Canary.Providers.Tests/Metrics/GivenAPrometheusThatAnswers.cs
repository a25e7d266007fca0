using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

public sealed class GivenAPrometheusThatAnswers
{
    private static async Task<MetricAnswer> AnswerAsync(string body)
    {
        await using var server = new FakeServer(_ => FakeServer.Json(body));
        return await Asked.AskAsync(Asked.Query(server.Address));
    }

    [Test]
    public async Task WhenItIsAVector_ThenEachSeriesHasItsLabelsAndValue()
    {
        var answer =
            await AnswerAsync(
                """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":"a"},"value":[1700000000.5,"0.25"]},{"metric":{},"value":[1700000000,"1e+06"]}]}}""");

        Assert.That(answer, Is.EqualTo(new MetricAnswer.Vector([new Sample([new Label("pod", "a")], 0.25), new Sample([], 1e6)], [])));
    }

    [Test]
    public async Task WhenItIsEmpty_ThenItIsAVectorWithoutSeries() =>
        Assert.That(await AnswerAsync("""{"status":"success","data":{"resultType":"vector","result":[]}}"""),
            Is.EqualTo(new MetricAnswer.Vector([], [])));

    [TestCase("NaN", double.NaN)]
    [TestCase("+Inf", double.PositiveInfinity)]
    [TestCase("-Inf", double.NegativeInfinity)]
    [TestCase("12.5", 12.5)]
    public async Task WhenItIsAScalar_ThenItIsANumberEvenWhereItIsNone(string text, double expected)
    {
        var answer = await AnswerAsync($$$"""{"status":"success","data":{"resultType":"scalar","result":[1700000000,"{{{text}}}"]}}""");

        Assert.That(((MetricAnswer.Scalar)answer).Value, Is.EqualTo(expected));
    }

    [Test]
    public async Task WhenItIsAMatrix_ThenEachSeriesHasItsPoints()
    {
        var answer =
            await AnswerAsync(
                """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"pod":"a"},"values":[[1700000000,"1"],[1700000015.5,"NaN"]]}]}}""");

        var points = ((MetricAnswer.Matrix)answer).Series.Single().Points;
        Assert.That(
            points,
            Is.EqualTo(new[] { new Point(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), 1),
                new Point(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_015_500), double.NaN) }));
    }

    [Test]
    public async Task WhenItIsAString_ThenItIsAText() =>
        Assert.That(await AnswerAsync("""{"status":"success","data":{"resultType":"string","result":[1700000000,"ok"]}}"""),
            Is.EqualTo(new MetricAnswer.Text("ok")));

    [Test]
    public async Task WhenItWarns_ThenWarningsAndNotesAreKept()
    {
        var answer =
            await AnswerAsync(
                """{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["remote read is down"],"infos":["metric might not be a counter"]}""");

        Assert.That(answer, Is.EqualTo(new MetricAnswer.Vector([], ["remote read is down", "metric might not be a counter"])));
    }

    [Test]
    public async Task WhenItIsAskedNow_ThenTheTimeTheTimeoutAndThePathPrefixAreSent()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));

        await Asked.AskAsync(Asked.Query($"{server.Address}/monitoring/", "sum(up{job=\"a+b\"}) > 0"));

        var request = server.Requests.Single();
        Assert.That((request.Method, request.Path), Is.EqualTo(("GET", "/monitoring/api/v1/query")));
        Assert.That(
            (request.Parameter("query"), request.Parameter("time"), request.Parameter("timeout")),
            Is.EqualTo(("sum(up{job=\"a+b\"}) > 0", "1700000000.250", "10000ms")));
    }

    [Test]
    public async Task WhenARangeIsAsked_ThenItEndsAtTheEvaluationTime()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));

        await Asked.AskAsync(
            Asked.Query(server.Address) with { Range = new QueryRange(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1.5)) });

        var request = server.Requests.Single();
        Assert.That(request.Path, Is.EqualTo("/api/v1/query_range"));
        Assert.That(
            (request.Parameter("start"), request.Parameter("end"), request.Parameter("step"), request.Parameter("time")),
            Is.EqualTo(("1699999700.250", "1700000000.250", "1.5", (string?)null)));
    }

    [Test]
    public async Task WhenARangeHasTimesOfItsOwn_ThenTheyAreAsked()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));
        var range = new QueryRange(TimeSpan.Zero, TimeSpan.FromMinutes(1)) { Start = "1699990000", End = "now() - duration(\"10s\")" };

        await Asked.AskAsync(Asked.Query(server.Address) with { Range = range });

        var request = server.Requests.Single();
        Assert.That(
            (request.Path, request.Parameter("start"), request.Parameter("end"), request.Parameter("step")),
            Is.EqualTo(("/api/v1/query_range", "1699990000.000", "1699999990.250", "60")));
    }

    [Test]
    public async Task WhenTheQueryIsLong_ThenItIsPosted()
    {
        var query = string.Join(" + ", Enumerable.Repeat("vector(1)", 300));
        await using var server = new FakeServer(_ => FakeServer.Vector("300"));

        await Asked.AskAsync(Asked.Query(server.Address, query));

        var request = server.Requests.Single();
        Assert.That(
            (request.Method, request.Target, request.Parameter("query"), request.Headers["Content-Type"]),
            Is.EqualTo(("POST", "/api/v1/query", query, "application/x-www-form-urlencoded")));
    }

    [Test]
    public async Task WhenNoPostIsAllowed_ThenTheLongQueryIsGot()
    {
        var query = string.Join(" + ", Enumerable.Repeat("vector(1)", 300));
        await using var server = new FakeServer(
            request => request.Method == "POST" ? FakeServer.Content("no", 405, "text/plain") : FakeServer.Vector("300"));

        var answer = await Asked.AskAsync(Asked.Query(server.Address, query));

        Assert.That(answer, Is.InstanceOf<MetricAnswer.Vector>());
        Assert.That(
            server.Requests.Select(request => (request.Method, request.Parameter("query"))),
            Is.EqualTo(new[] { ("POST", query), ("GET", query) }));
    }

    [Test]
    public async Task WhenTheTemplateGivesNoAddress_ThenTheDefaultOneIsAsked()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));

        var answer = await Asked.AskAsync(Asked.Query(null), options: Asked.Options with { DefaultAddress = server.Address });

        Assert.That(answer, Is.InstanceOf<MetricAnswer.Vector>());
    }
}
