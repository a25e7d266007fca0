using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Providers.Alerts;
using NUnit.Framework;

namespace Canary.Providers.Tests.Alerts;

public sealed class GivenABodyWithAlerts
{
    private const string Body = """
        {"receiver":"canary","groupLabels":{"alerts":[1,{"a":"]"}]},"alerts":[{"status":"firing","labels":{"alertname":"A\"}]","x":"ü"},"annotations":{"alerts":"[{"},"startsAt":"2026-03-01T10:00:00Z"},
        {"status":"resolved","labels":{"alertname":"B"},"startsAt":"2026-03-01T10:00:00Z","endsAt":"2026-03-01T10:01:00Z"}],"truncatedAlerts":3,"version":"4"}
        """;

    private static Task<AlertPayload> ReadAsync(byte[] body, int chunk, long most = 1 << 24, bool isList = false) =>
        new AlertPayloadReader(isList, _ => true).ReadAsync(new Chunks(body, chunk), most, CancellationToken.None);

    [Test]
    public async Task WhenItComesInPiecesOfAnyLength_ThenTheSameIsRead()
    {
        var bytes = Encoding.UTF8.GetBytes(Body);
        for (var chunk = 1; chunk <= bytes.Length; chunk++)
        {
            var read = await ReadAsync(bytes, chunk) as AlertPayload.Read;
            Assert.That(
                (read!.Version, read.Truncated, read.Unreadable, read.Alerts.Count),
                Is.EqualTo(("4", 3L, (string?)null, 2)),
                $"in pieces of {chunk}");
            Assert.That(read.Alerts[0].Labels.ToArray(), Is.EqualTo(new[] { new Label("alertname", "A\"}]"), new Label("x", "ü") }));
            Assert.That(
                (read.Alerts[1].IsFiring, read.Alerts[1].EndsAt),
                Is.EqualTo((false, (DateTimeOffset?)new DateTimeOffset(2026, 3, 1, 10, 1, 0, TimeSpan.Zero))));
        }
    }

    [Test]
    public async Task WhenBytesAreChangedAtRandom_ThenItIsReadOrRefusedAndNeverThrows()
    {
        var dice = new Random(17);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(Body);
            for (var change = dice.Next(1, 5); change > 0; change--)
                bytes[dice.Next(bytes.Length)] = dice.Next(4) == 0 ? (byte)"{}[]\",:\\"[dice.Next(8)] : (byte)dice.Next(256);

            Assert.That(await ReadAsync(bytes[..dice.Next(bytes.Length + 1)], dice.Next(1, 200)), Is.Not.Null);
        }
    }

    [TestCase("""{"labels":{"alertname":"A","alertname":"B"},"startsAt":"2026-03-01T10:00:00Z"}""")]
    [TestCase("""{"labels":{"alertname":"\ud800"},"startsAt":"2026-03-01T10:00:00Z"}""")]
    [TestCase("""{"labels":{"\udc00":"x"},"startsAt":"2026-03-01T10:00:00Z"}""")]
    [TestCase("""{"labels":{"alertname":"A"},"startsAt":"yesterday"}""")]
    [TestCase("7")]
    [TestCase("[[]]")]
    public async Task WhenOneAlertCannotBeRead_ThenItIsNamedAndTheOthersAreTaken(string bad)
    {
        var body =
            $$"""{"version":"4","alerts":[{"labels":{"alertname":"Good"},"startsAt":"2026-03-01T10:00:00Z"},{{bad}},{"labels":{"alertname":"Better"},"startsAt":"2026-03-01T10:00:00Z"}]}""";

        var read = await ReadAsync(Encoding.UTF8.GetBytes(body), 50) as AlertPayload.Read;

        Assert.That(read!.Alerts, Has.Count.EqualTo(2));
        Assert.That(read.Unreadable, Does.StartWith("alerts[1]: "));
    }

    [Test]
    public async Task WhenTextIsNoUtf8_ThenItIsSaid()
    {
        byte[] body =
            [.. "{\"version\":\"4\",\"alerts\":[{\"labels\":{\"alertname\":\""u8, 0xff, 0xfe,
                .. "\"},\"startsAt\":\"2026-03-01T10:00:00Z\"}]}"u8];

        var read = await ReadAsync(body, 10) as AlertPayload.Read;

        Assert.That(read!.Unreadable, Is.EqualTo("alerts[0]: it holds text that is not valid Unicode"));
    }

    [Test]
    public async Task WhenItIsLargerThanAllowed_ThenNoMoreIsReadThanThat()
    {
        Assert.That(await ReadAsync(Encoding.UTF8.GetBytes(Body), 16, most: 100), Is.InstanceOf<AlertPayload.TooLarge>());
        var huge =
            $$"""{"version":"4","alerts":[{"labels":{"alertname":"{{new string('x', 3 << 20)}}"},"startsAt":"2026-03-01T10:00:00Z"}]}""";
        Assert.That(
            await ReadAsync(Encoding.UTF8.GetBytes(huge), 1 << 16),
            Is.EqualTo(new AlertPayload.TooLarge("alerts[0] has more than 1048576 bytes")));
    }

    [Test]
    public async Task WhenAListIsAwaited_ThenAnObjectIsRefusedAndAListIsRead()
    {
        var list = """[{"labels":{"alertname":"A"},"startsAt":"2026-03-01T10:00:00Z","status":{"state":"active"}}]""";

        Assert.That(
            (await ReadAsync(Encoding.UTF8.GetBytes(list), 9, isList: true) as AlertPayload.Read)!.Alerts.Single().IsFiring, Is.True);
        Assert.That(
            await ReadAsync(Encoding.UTF8.GetBytes(Body), 9, isList: true),
            Is.EqualTo(new AlertPayload.Malformed("the payload is no list of alerts")));
    }

    private sealed class Chunks(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
