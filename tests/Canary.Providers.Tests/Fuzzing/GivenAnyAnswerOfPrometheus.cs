using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Secrets;
using Canary.Fuzzing;
using Canary.Providers.Metrics;
using Canary.Providers.Prometheus.Query;
using Canary.Providers.Tests.Metrics;
using NUnit.Framework;

namespace Canary.Providers.Tests.Fuzzing;

/// <summary>
/// Whatever a metric source sends is an answer or Faulted, and each answer gets its verdict: by a condition, by bounds, and in a
/// comparison.
/// </summary>
public sealed class GivenAnyAnswerOfPrometheus
{
    private const long MostBytes = 64L << 20;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_060);
    private static readonly ProviderSpec.Prometheus Prometheus = new(
        null, "vector(1)", null, TimeSpan.FromSeconds(30), null, [], false, null);
    private static readonly ProviderSpec.Red Red = new(
        "istio-service",
        RedSignal.Errors,
        0.99,
        TimeSpan.FromMinutes(1),
        [new("ns", "shop"), new("svc", "checkout-canary")],
        Prometheus with { Query = "" });

    private static readonly MetricSpec Plain =
        new(
            "plain",
            TimeSpan.FromSeconds(10),
            null,
            TimeSpan.Zero,
            TimeSpan.Zero,
            "result[0] < 0.01 or result[0].Values[0] < 5",
            "isNaN(result[0])",
            3,
            3,
            4,
            Prometheus)
        { MinSamples = 2 };

    private static readonly RunSpec Run = new(
    [
        Plain,
        Plain with { Name = "bounds", SuccessCondition = null, FailureCondition = null, MinSamples = null,
            Provider = Red with { Max = 0.01 } },
        Compared("errors", RedSignal.Errors),
        Compared("slow", RedSignal.Duration),
        Compared("score",
            RedSignal.Requests) with { Comparison = new Comparison(ComparisonKind.MannWhitney, [new("ns", "shop")]) { Against = "v1" } },
    ]);

    [Test]
    public void WhenABodyIsMutated_ThenItIsAnAnswerWithAVerdictOrAFault() => FuzzRun.Each(
        4_000,
        seed =>
        {
            var answer = Read(seed);
            var other = seed % 3 == 0 ? answer : Read(seed + 1_000_003);
            // Ten in a row, as a run would take them.
            var status = AnalysisMachine.Start(Run, RunStatus.New, Now.AddMinutes(-10));
            for (var look = 0; look < 3; look++)
            {
                var at = Now.AddSeconds(30 * look);
                status = AnalysisMachine.Advance(
                    Run,
                    status,
                    [.. Run.Metrics.Select(metric =>
                        new FinishedMeasurement(metric.Name, at, at, answer) { Samples = other, Baseline = other })],
                    at);
                AnalysisMachine.Observe(new RunKey("v2", 1, 0, null), Run, status);
            }

            foreach (var measured in status.Metrics.SelectMany(metric => metric.Measurements))
                Assert.That(measured.Verdict, Is.Not.AnyOf(RunPhase.Pending, RunPhase.Running));
            return answer.GetType().Name;
        },
        MostBytes).HasAtLeast(30, "Vector", "Matrix", "Scalar", "Text").HasAtLeast(20, "Faulted");

    [Test]
    public async Task WhenAServerAnswersAnything_ThenItIsAnAnswerOrAFault()
    {
        var replies = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var server = new FakeServer(request => replies.GetValueOrDefault(request.Path.Split('/')[1], ""));
        using var source = new PrometheusSource(Asked.Options, new FakeSecrets(), TimeProvider.System);

        FuzzRun.Each(400, seed =>
        {
            var name = seed.ToString(CultureInfo.InvariantCulture);
            replies[name] = Reply(new Mutator(seed));
            var answer = source.AskAsync(Asked.Query($"{server.Address}/{name}"), CancellationToken.None).GetAwaiter().GetResult();
            if (answer is MetricAnswer.Faulted faulted) Assert.That(faulted.Reason, Does.Contain("127.0.0.1").And.Not.Contain("Exception"));
            return answer.GetType().Name;
        }).HasAtLeast(15, "Vector", "Matrix", "Scalar", "Text").HasAtLeast(20, "Faulted");
    }

    private static MetricSpec Compared(string name, RedSignal signal) => Plain with
    {
        Name = name,
        SuccessCondition = null,
        FailureCondition = null,
        MinSamples = null,
        InconclusiveLimit = int.MaxValue,
        Window = TimeSpan.FromSeconds(60),
        Provider = Red with { Signal = signal },
        Comparison = new Comparison(ComparisonKind.Sequential, [new("ns", "shop"), new("svc", "checkout-stable")]) { Against = "v1" },
    };

    private static MetricAnswer Read(int seed)
    {
        var mutator = new Mutator(seed);
        var body = mutator.Number(5) switch
        {
            0 or 1 => Encoding.UTF8.GetBytes(PrometheusBodies.Any(mutator)),
            2 => mutator.Bytes(PrometheusBodies.Any(mutator)),
            _ => mutator.Document(mutator.Pick(PrometheusBodies.All)),
        };
        var read = new QueryResultReader(new ResponseHead(200, "", ""), new SecretRedaction(["a"]))
            .ReadAsync(
                new PieceStream(body, 1 + mutator.Number(body.Length + 200)), 1 << 20, new AnswerBudget(32 << 20), CancellationToken.None);
        var response = read.GetAwaiter().GetResult();
        return PrometheusSource.AnswerOf(response) ?? new MetricAnswer.Faulted($"{response}");
    }

    private static string Reply(Mutator mutator)
    {
        T Mostly<T>(T usual, params T[] others) => mutator.Number(4) > 0 ? usual : mutator.Pick(others);
        var body = mutator.Pick(PrometheusBodies.All);
        var text = mutator.Number(3) > 0 ? body.ToJsonString() : mutator.Next(body);
        var length = Encoding.UTF8.GetByteCount(text);
        var status = Mostly("200", "204", "301", "302", "400", "401", "404", "405", "422", "429", "500", "503", "999", "20", "x");
        var type = Mostly(
            "application/json",
            "application/json; charset=utf-8",
            "text/html",
            "",
            "x",
            "application/json; charset=\"",
            "text/plain;;;",
            "ü/ü");
        var encoding = Mostly(
            "",
            "Content-Encoding: gzip\r\n",
            "Content-Encoding: br\r\n",
            "Content-Encoding: deflate\r\n",
            "Content-Encoding: x\r\n",
            "Transfer-Encoding: chunked\r\n");
        var extra = Mostly(
            "",
            "Location: http://[::1\r\n",
            "Retry-After: 99999999999\r\n",
            "WWW-Authenticate: \"\r\n",
            $"X: {new string('x', 70_000)}\r\n",
            "no colon\r\n");
        var reply =
            $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Mostly(length, length + 50, length / 2, 0, -1)}\r\n"
                + $"{encoding}{extra}Connection: close\r\n\r\n{text}";
        return mutator.Number(10) == 0 ? mutator.Text(reply) : reply;
    }
}
