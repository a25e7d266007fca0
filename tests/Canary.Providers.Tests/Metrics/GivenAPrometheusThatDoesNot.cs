using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Red;
using Canary.Providers.Metrics;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

/// <summary>Whatever goes wrong becomes a value that says what: never an exception, never a number.</summary>
public sealed class GivenAPrometheusThatDoesNot
{
    private static readonly string[][] Broken =
    [
        [FakeServer.Json(
            """{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error: unexpected end of input"}""", 400), "cannot read the query (400 bad_data)", "1:5: parse error"],
        [FakeServer.Json("""{"status":"error","errorType":"execution","error":"found duplicate series"}""", 422),
            "cannot carry out the query (422 execution)", "found duplicate series"],
        [FakeServer.Json("""{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}""", 503),
            "(503 timeout)", "query timed out"],
        [FakeServer.Json("""{"status":"error","errorType":"internal","error":"disk is full"}""", 500), "(500 internal)", "disk is full"],
        [FakeServer.Content("", 401, "text/plain"), "401", "names no authentication"],
        [FakeServer.Content("", 403, "text/plain"), "403", "does not allow"],
        [FakeServer.Content("404 page not found", 404, "text/plain"), "404", "path prefix"],
        [FakeServer.Content("<html><head><title>Sign in</title></head></html>", 200, "text/html"), "\"Sign in\"", "login"],
        [FakeServer.Content("<html><title>502</title></html>", 502, "text/html"), "502", "text/html"],
        [FakeServer.Json("{\"status\":\"success\",\"data\":{\"resultType\":\"vec"), "no JSON", "middle"],
        [FakeServer.Json(""), "empty", ""],
        [FakeServer.Json("[]"), "\"status\"", ""],
        [FakeServer.Json("""{"status":"success"}"""), "\"data\"", ""],
        [FakeServer.Json("""{"status":"success","data":{"resultType":"vector"}}"""), "\"result\"", ""],
        [FakeServer.Json("""{"status":"success","data":{"resultType":"vector","result":{}}}"""), "list was expected", ""],
        [FakeServer.Json("""{"status":"success","data":{"resultType":"tensor","result":[]}}"""), "\"tensor\"", ""],
        [FakeServer.Vector("many"), "no pair of time and value", "many"],
        [FakeServer.Json("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}"""),
            "native histograms", ""],
        ["HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"status\":\"succ", "no whole answer", ""],
        ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"sta", "no whole answer", ""],
        ["HTTP/1.1 302 Found\r\nLocation: https://login.example/?session=5up3rs3cret\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "redirect (302 to https://login.example/)", "not followed"],
        ["SSH-2.0-OpenSSH_9.2\r\n", "no whole answer", ""],
        ["", "no whole answer", ""],
    ];

    [TestCaseSource(nameof(Broken))]
    public async Task WhenTheAnswerIsNone_ThenItIsAFaultThatSaysWhat(string reply, string first, string second)
    {
        await using var server = new FakeServer(_ => reply);

        var fault = await Asked.FaultAsync(Asked.Query(server.Address));

        Assert.That(
            fault,
            Does.StartWith($"Prometheus at {server.Address}").And.Contains(first).And.Contains(second).And.Not.Contains("5up3rs3cret"));
    }

    [TestCase(400, "bad_data", "1:5: parse error", true, true)]
    [TestCase(400, "bad_data", "invalid parameter time", true)]
    [TestCase(413, "too_large", "1:5: parse error", true)]
    [TestCase(422, "422", "unknown func histogram_count", true, true)]
    [TestCase(422, "execution", "found duplicate series", true)]
    [TestCase(422, "execution", "expanding series: rpc error: store is unavailable", false)]
    [TestCase(503, "timeout", "query timed out", false)]
    [TestCase(500, "internal", "disk is full", false)]
    [TestCase(401, "", "", true)]
    [TestCase(403, "", "", true)]
    [TestCase(404, "", "", false)]
    [TestCase(429, "", "", false)]
    [TestCase(502, "", "", false)]
    [TestCase(503, "", "", false)]
    public async Task WhenAskingAgainBringsTheSame_ThenItIsARefusalAndOtherwiseAnOutage(
        int status, string type, string error, bool isRefusal, bool isParseError = false)
    {
        var reply = type.Length == 0 ? FakeServer.Content("", status, "text/plain")
            : FakeServer.Json($$"""{"status":"error","errorType":"{{type}}","error":"{{error}}"}""", status);
        await using var server = new FakeServer(_ => reply);

        var answer = await Asked.AskAsync(Asked.Query(server.Address));

        Assert.That(answer, Is.TypeOf<MetricAnswer.Faulted>().With.Property(nameof(MetricAnswer.Faulted.IsRefusal)).EqualTo(isRefusal)
            .And.Property(nameof(MetricAnswer.Faulted.IsParseError)).EqualTo(isParseError));
    }

    [TestCase(400, "bad_data", "1:1: parse error: unknown function with name histogram_count", false)]
    [TestCase(403, "forbidden", "not for you", true)]
    [TestCase(422, "execution", "found duplicate series", true)]
    public async Task WhenACommandIsRefusedNativeHistograms_ThenItIsNoDataOnlyIfTheServerDoesNotKnowThem(
        int status, string type, string error, bool isAnswer)
    {
        await using var server = new FakeServer(request => request.Parameter("query") == "native"
            ? FakeServer.Json($$"""{"status":"error","errorType":"{{type}}","error":"{{error}}"}""", status) : FakeServer.Vector());
        using var client = new PrometheusClient(server.Address, isOnly: true, TimeProvider.System);

        var answer = await client.AskAsync(
            Asked.Query(null) with { Native = Asked.Query(null, "native") }, CancellationToken.None);

        Assert.That(answer, isAnswer ? Is.TypeOf<MetricAnswer.Faulted>() : Is.EqualTo(new MetricAnswer.Vector([], [])));
    }

    [Test]
    public async Task WhenTheAddressIsNone_ThenItIsARefusal() =>
        Assert.That(
            await Asked.AskAsync(Asked.Query("prometheus")),
            Is.TypeOf<MetricAnswer.Faulted>().With.Property(nameof(MetricAnswer.Faulted.IsRefusal)).True);

    [Test]
    public async Task WhenTheAnswerIsTooLarge_ThenItIsNotReadToItsEnd()
    {
        await using var server = new FakeServer(_ => FakeServer.Json($"\"{new string('a', 3 << 20)}\""));

        var fault = await Asked.FaultAsync(
            Asked.Query(server.Address), options: Asked.Options with { Query = Asked.Options.Query with { MaxBodyBytes = 1 << 20 } });

        Assert.That(fault, Does.Contain("more than 1 MiB"));
    }

    [Test]
    public async Task WhenTheCountersOfAComparisonAreTooMany_ThenItSaysWhatCanBeDoneWithoutAQueryOfOnesOwn()
    {
        await using var server = new FakeServer(_ => FakeServer.Json($"\"{new string('a', 3 << 20)}\""));
        var counters = RedPreset.Find("istio-service")!.Raw(
            RedSignal.Duration, [new("ns", "shop"), new("svc", "checkout")], [100], TimeSpan.FromMinutes(3), RedSide.Canary);

        var fault = await Asked.FaultAsync(
            Asked.Query(server.Address) with { Red = counters },
            options: Asked.Options with { Query = Asked.Options.Query with { MaxBodyBytes = 1 << 20 } });

        Assert.That(fault, Does.Contain("more than 1 MiB").And.Contains("compare.bounds").And.Not.Contains("aggregate in the query"));
    }

    [Test]
    public async Task WhenItNeverAnswers_ThenTheTimeoutEndsIt()
    {
        await using var server = new FakeServer(_ => FakeServer.Never);

        var fault = await Asked.FaultAsync(Asked.Query(server.Address) with { Timeout = TimeSpan.FromMilliseconds(300) });

        Assert.That(fault, Is.EqualTo($"Prometheus at {server.Address} did not answer within 300ms"));
        Assert.That(server.Requests, Has.Count.EqualTo(1), "a query that hangs is not sent again");
    }

    [Test]
    public async Task WhenTheBodyNeverEnds_ThenTheTimeoutEndsItToo()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"u8.ToArray());
            await client.GetStream().ReadExactlyAsync(new byte[100_000]).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        });

        var fault = await Asked.FaultAsync(
            Asked.Query($"http://{listener.LocalEndpoint}") with { Timeout = TimeSpan.FromMilliseconds(300) });

        Assert.That(fault, Does.Contain("did not answer within 300ms"));
        await serving;
    }

    [Test]
    public async Task WhenNobodyListens_ThenItIsAFaultThatSaysSo()
    {
        var port = await FreePortAsync();

        Assert.That(
            await Asked.FaultAsync(Asked.Query($"http://127.0.0.1:{port}")), Does.Contain("cannot be reached").And.Contains("refused"));
        Assert.That(await Asked.FaultAsync(Asked.Query("http://prometheus.invalid:9090")), Does.Contain("cannot be reached"));
    }

    [TestCase(null, "gives no address")]
    [TestCase("prometheus:9090", "no http or https address")]
    public async Task WhenTheAddressIsNone_ThenItIsAFaultThatSaysSo(string? address, string expected) =>
        Assert.That(await Asked.FaultAsync(Asked.Query(address)), Does.Contain(expected).And.Not.Contain("5up3rs3cret"));

    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task WhenAProxyFindsNobodyForAMoment_ThenItIsTriedAgain(int status)
    {
        var calls = 0;
        await using var server = new FakeServer(
            _ => Interlocked.Increment(ref calls) <= 2 ? FakeServer.Content("no healthy upstream", status, "text/plain")
            : FakeServer.Vector("1"));

        Assert.That(await Asked.AskAsync(Asked.Query(server.Address)), Is.InstanceOf<MetricAnswer.Vector>());
        Assert.That(calls, Is.EqualTo(3));
    }

    [TestCase(400)]
    [TestCase(422)]
    [TestCase(500)]
    [TestCase(503)]
    public async Task WhenPrometheusItselfRefuses_ThenItIsNotTriedAgain(int status)
    {
        await using var server =
            new FakeServer(_ => FakeServer.Json("""{"status":"error","errorType":"timeout","error":"too slow"}""", status));

        await Asked.AskAsync(Asked.Query(server.Address));

        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenItStaysAway_ThenItIsLeftAloneAndAskedAgainLater()
    {
        var isDown = true;
        var time = new FakeTimeProvider(new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));
        await using var server = new FakeServer(_ => isDown ? FakeServer.Content("", 502, "text/plain") : FakeServer.Vector("1"));
        using var source = new PrometheusSource(
            Asked.Options with { Query = Asked.Options.Query with { Retries = 0, FailuresToBreak = 5 } }, new FakeSecrets(), time);
        var query = Asked.Query(server.Address);

        for (var call = 0; call < 5; call++) await source.AskAsync(query, CancellationToken.None);
        var resting = await source.AskAsync(query, CancellationToken.None);
        var asked = server.Requests.Count;
        isDown = false;
        time.Advance(TimeSpan.FromSeconds(6));
        var recovered = await source.AskAsync(query, CancellationToken.None);

        Assert.That(asked, Is.EqualTo(5));
        Assert.That(((MetricAnswer.Faulted)resting).Reason, Does.Contain("circuit open").And.Contains("502"));
        Assert.That(recovered, Is.InstanceOf<MetricAnswer.Vector>());
    }

    [Test]
    public async Task WhenAnotherAddressIsDown_ThenThisOneIsAsked()
    {
        await using var up = new FakeServer(_ => FakeServer.Vector("1"));
        await using var down = new FakeServer(_ => FakeServer.Content("", 502, "text/plain"));
        using var source = new PrometheusSource(
            Asked.Options with { Query = Asked.Options.Query with { Retries = 0, FailuresToBreak = 2 } },
            new FakeSecrets(),
            TimeProvider.System);

        for (var call = 0; call < 4; call++) await source.AskAsync(Asked.Query(down.Address), CancellationToken.None);

        Assert.That(await source.AskAsync(Asked.Query(up.Address), CancellationToken.None), Is.InstanceOf<MetricAnswer.Vector>());
        Assert.That(down.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task WhenTheAskerGivesUp_ThenOnlyThatThrows()
    {
        await using var server = new FakeServer(_ => FakeServer.Never);
        using var source = new PrometheusSource(Asked.Options, new FakeSecrets(), TimeProvider.System);
        using var giveUp = new CancellationTokenSource();
        var asking = source.AskAsync(Asked.Query(server.Address), giveUp.Token);
        while (server.Requests.IsEmpty) await Task.Yield();

        await giveUp.CancelAsync();

        Assert.That(async () => await asking, Throws.InstanceOf<OperationCanceledException>());
    }

    private static async Task<int> FreePortAsync()
    {
        await using var gone = new FakeServer(_ => "");
        return gone.Port;
    }
}
