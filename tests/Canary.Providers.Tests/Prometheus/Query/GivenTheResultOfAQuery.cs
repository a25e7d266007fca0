using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Secrets;
using Canary.Providers.Prometheus.Query;
using NUnit.Framework;

namespace Canary.Providers.Tests.Prometheus.Query;

public sealed class GivenTheResultOfAQuery
{
    private const string Body = """
        {"data":{"result":[{"metric":{"pod":"a","x":"ü\"}]"},"value":[1700000000.5,"1.5"]},{"metric":{},"value":[1,"NaN"]}],"resultType":"vector","stats":{"result":[{"a":1}]}},"warnings":["one",["no"],"two"],"infos":["three"],"status":"success"}
        """;

    private static readonly ResponseHead Head = new(200, "application/json", "");

    private static async Task<PrometheusResponse> ReadAsync(byte[] body, int chunk, int most = 8 << 20, AnswerBudget? budget = null) =>
        await new QueryResultReader(Head, new SecretRedaction([])).ReadAsync(
            new Chunks(body, chunk), most, budget ?? new AnswerBudget(32 << 20), CancellationToken.None);

    private static byte[] Large(int bytes)
    {
        var text = new StringBuilder("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[");
        for (var series = 0; text.Length < bytes - 200; series++)
            text.Append(series == 0 ? "" : ",").Append(
                $"{{\"metric\":{{\"__name__\":\"http_requests_total\",\"namespace\":\"shop\",\"pod\":\"checkout-"
                    + $"{series}\"}},\"value\":[1700000000.5,\"{series}.25\"]}}");
        return Encoding.UTF8.GetBytes(text.Append("]}}").ToString());
    }

    [Test]
    public async Task WhenItComesInPiecesOfAnyLengthAndItsMembersInAnyOrder_ThenTheSameIsRead()
    {
        var bytes = Encoding.UTF8.GetBytes(Body);
        for (var chunk = 1; chunk <= bytes.Length; chunk++)
        {
            var read = (PrometheusResponse.Success)await ReadAsync(bytes, chunk);
            var vector = (PrometheusResult.Vector)read.Result;
            Assert.That(vector.Samples.Select(sample => sample.Value), Is.EqualTo(new[] { 1.5, double.NaN }), $"in pieces of {chunk}");
            Assert.That(vector.Samples[0].Labels.ToArray(), Is.EqualTo(new Label[] { new("pod", "a"), new("x", "ü\"}]") }));
            Assert.That(read.Warnings.ToArray(), Is.EqualTo(new[] { "one", "", "two", "three" }));
        }
    }

    [Test]
    public async Task WhenBytesAreChangedAtRandom_ThenItIsReadOrRefusedAndNeverThrows()
    {
        var dice = new Random(29);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(Body);
            for (var change = dice.Next(1, 5); change > 0; change--)
                bytes[dice.Next(bytes.Length)] = dice.Next(4) == 0 ? (byte)"{}[]\",:\\"[dice.Next(8)] : (byte)dice.Next(256);

            var response = await ReadAsync(bytes[..dice.Next(bytes.Length + 1)], dice.Next(1, 200));
            Assert.That(
                response,
                Is.InstanceOf<PrometheusResponse.Success>().Or.InstanceOf<PrometheusResponse.Error>()
                    .Or.InstanceOf<PrometheusResponse.Unexpected>());
        }
    }

    [TestCase("{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"2\"]}}", 2.0)]
    [TestCase("{\"status\":\"success\",\"data\":{\"result\":[1,\"+Inf\"],\"resultType\":\"scalar\"}}", double.PositiveInfinity)]
    public async Task WhenItIsAScalar_ThenItsValueIsRead(string body, double value) =>
        Assert.That(
            ((PrometheusResponse.Success)await ReadAsync(Encoding.UTF8.GetBytes(body), 7)).Result,
            Is.EqualTo(new PrometheusResult.Scalar(value)));

    [Test]
    public async Task WhenALargeAnswerIsRead_ThenItsTextsAreHeldOnceAndItsBytesAreNotHeld()
    {
        var body = Large(8 << 20);
        await ReadAsync(body, 1 << 16);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var vector = (PrometheusResult.Vector)((PrometheusResponse.Success)await ReadAsync(body, 1 << 16)).Result;

        TestContext.Out.WriteLine(
            $"{body.Length >> 20} MiB, {vector.Samples.Count} series: {(GC.GetTotalAllocatedBytes(precise: true) - before) >> 20} MiB "
                + "allocated");
        Assert.That(
            vector.Samples.Select(sample => sample.Labels[0].Value).Distinct(ReferenceEqualityComparer.Instance).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task WhenManyLongAnswersComeAtOnce_ThenOnlySoManyBytesAreReadAndShortAnswersAreAlwaysTaken()
    {
        var budget = new AnswerBudget(4 << 20);
        var (open, held) = (new List<Gate>(), new List<Task<PrometheusResponse>>());
        for (var answer = 0; answer < 16; answer++)
        {
            var gate = new Gate(Large(2 << 20));
            open.Add(gate);
            held.Add(new QueryResultReader(Head, new SecretRedaction([])).ReadAsync(gate, 8 << 20, budget, CancellationToken.None));
        }

        // Those that are read are stuck at their last bytes; the others were refused, and did not wait for them.
        Assert.That(held.Count(one => one.IsCompleted), Is.InRange(13, 15));
        foreach (var refused in held.Where(one => one.IsCompleted))
            Assert.That(await refused, Is.EqualTo(new PrometheusResponse.Crowded(4 << 20)));
        Assert.That(
            await ReadAsync(Encoding.UTF8.GetBytes(Body), 100, budget: budget), Is.InstanceOf<PrometheusResponse.Success>(), "a short one");

        foreach (var gate in open) gate.Open.TrySetResult();
        await Task.WhenAll(held);
        Assert.That(
            await ReadAsync(Large(3 << 20), 1 << 16, budget: budget), Is.InstanceOf<PrometheusResponse.Success>(), "all was given back");
    }

    [Test]
    public async Task WhenAnAnswerIsTooLarge_ThenItIsRefusedWhereItIs()
    {
        Assert.That(await ReadAsync(Large(2 << 20), 1 << 16, most: 1 << 20), Is.EqualTo(new PrometheusResponse.TooLarge(1 << 20)));
        Assert.That(
            await ReadAsync(Encoding.UTF8.GetBytes("{\"status\":\"" + new string('x', 3 << 20)), 1 << 16, most: 1 << 20),
            Is.EqualTo(new PrometheusResponse.TooLarge(1 << 20)));
    }

    private class Chunks(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }

    /// <summary>Keeps its last bytes until it is opened.</summary>
    private sealed class Gate(byte[] bytes) : Chunks(bytes, 1 << 16)
    {
        public TaskCompletionSource Open { get; } = new();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Length - Position < 1 << 16) await Open.Task;
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
