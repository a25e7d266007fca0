using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Replay;

public sealed class GivenTheRecordingsOfARealServer
{
    [TestCase("01-discovery")]
    [TestCase("02-crud")]
    [TestCase("03-optimistic-concurrency")]
    [TestCase("04-patch")]
    [TestCase("05-server-side-apply")]
    [TestCase("06-list")]
    [TestCase("07-watch")]
    [TestCase("08-validation")]
    [TestCase("09-finalizers-and-gc")]
    [TestCase("10-core-resources")]
    [TestCase("11-auth")]
    [CancelAfter(240_000)]
    public async Task WhenTheRequestsAreReplayed_ThenTheAnswersDifferOnlyWhereItIsKnown(string file, CancellationToken cancel)
    {
        var path = Path.Combine(RecordingFiles.Folder, file + ".jsonl");
        var known = RecordingFiles.KnownDeviations();

        await using var replay = await RecordingReplay.StartAsync(Recorded.Read(path), cancel);
        var results = await replay.RunAsync(cancel);

        var different = results.Where(r => r.Difference is not null).ToList();
        TestContext.Out.WriteLine(
            $"{file}: {results.Count} lines replayed, {results.Count - different.Count} equal, {different.Count} different");
        var unexpected = different.Where(r => !known.ContainsKey(r.Line.Id))
            .Select(r => $"{r.Line.Id} ({r.Line.Step})\n    {r.Difference}");
        var cured = results.Where(r => r.Difference is null && known.ContainsKey(r.Line.Id))
            .Select(r => $"{r.Line.Id} ({r.Line.Step}) is equal now: take it from the list");
        Assert.That(string.Join("\n", unexpected.Concat(cured)), Is.Empty);
    }
}
