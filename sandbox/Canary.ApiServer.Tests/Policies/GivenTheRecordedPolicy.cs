using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Tests.Replay;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Policies;

/// <summary>The policy of 2026-11-29, and what a real API server decided by it.</summary>
public sealed class GivenTheRecordedPolicy
{
    [Test]
    [CancelAfter(120_000)]
    public async Task WhenPeopleWriteRequests_ThenOurServerDecidesTheSame(CancellationToken cancel)
    {
        var lines = File.ReadLines(Path.Combine(RecordingFiles.Folder, "14-admission-policy.jsonl"))
            .Select(line => (JsonObject)JsonNode.Parse(line)!).ToList();
        await using var cluster = await PolicyCluster.StartAsync("sandbox/Canary.ApiServer.Tests/Recordings/admission-policy.yaml", cancel);

        var different = new List<string>();
        foreach (var line in lines)
        {
            var request = line["request"]!;
            var response = line["response"]!;
            var (status, answer) =
                await cluster.AskAsync(request["user"]!.ToString(), (JsonObject)request["annotationsBefore"]!, request["body"]!, cancel);
            if (status != response["status"]!.GetValue<int>())
                different.Add(
                    $"{line["step"]}: recorded {response["status"]} {response["body"]!["message"]}, is {status} {answer["message"]}");
            else if (status != 200 && !Common(response["body"]!).All(member => JsonNode.DeepEquals(member.Value, answer[member.Key])))
                different.Add(
                    $"{line["step"]}: recorded {response["body"]!.ToJsonString(Recorded.Plain)}, is {answer.ToJsonString(Recorded.Plain)}");
        }

        TestContext.Out.WriteLine(
            $"14-admission-policy: {lines.Count} lines replayed, {lines.Count - different.Count} equal, {different.Count} different");
        Assert.That(lines, Has.Count.EqualTo(71));
        Assert.That(string.Join('\n', different), Is.Empty);
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Common(JsonNode body) => (JsonObject)body;
}
