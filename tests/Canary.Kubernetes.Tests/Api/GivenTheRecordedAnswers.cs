using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Testing;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>What a real API server answered, request by request, read by the client over a real connection.</summary>
public sealed class GivenTheRecordedAnswers
{
    [Test]
    public async Task WhenARequestWasRefused_ThenCodeReasonMessageAndCausesAreThoseOfTheServer()
    {
        var count = 0;
        await ForEachAsync(line => line.Code >= 400, async (client, line) =>
        {
            var problem = await A.ProblemAsync(() => client.GetRawAsync("/recorded", A.Limit()));

            Assert.That(problem.Status.Code, Is.EqualTo(line.Code), line.Step);
            if (line.Body is JsonObject status && (string?)status["kind"] == "Status")
            {
                Assert.That(problem.Status.Reason, Is.EqualTo((string?)status["reason"] ?? ""), line.Step);
                var said = string.Join(' ', ((string)status["message"]!).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
                Assert.That(problem.Status.Message, said.Length > 1_500 ? Is.EqualTo(said[..1_500] + "…") : Is.EqualTo(said), line.Step);
                Assert.That(problem.Status.Causes, Has.Count.EqualTo((status["details"]?["causes"] as JsonArray)?.Count ?? 0), line.Step);
            }
            else
            {
                Assert.That(problem.Status.Message, Does.Contain(line.Body.ToString().Trim().Split('\n')[0].Split(' ')[0]), line.Step);
            }

            count++;
        });
        Assert.That(count, Is.GreaterThan(300), "answers seen");
    }

    [Test]
    public async Task WhenADocumentWasAnswered_ThenItArrivesAsItWas()
    {
        var count = 0;
        await ForEachAsync(line => line.Code is 200 or 201 && line.Body is JsonObject, async (client, line) =>
        {
            var document = await client.GetRawAsync("/recorded", A.Limit());

            Assert.That(JsonNode.DeepEquals(document, line.Body), Is.True, line.Step);
            count++;
        });
        Assert.That(count, Is.GreaterThan(300), "answers seen");
    }

    [Test]
    public async Task WhenAListWasAnswered_ThenEveryItemSaysWhatItIs()
    {
        var count = 0;
        await ForEachAsync(line => line.Code == 200
            && (string?)(line.Body as JsonObject)?["kind"] is "RolloutList" or "ConfigMapList" or "NamespaceList", async (client, line) =>
        {
            var kind = (string?)line.Body["kind"] switch
            {
                "RolloutList" => KnownKinds.Rollouts,
                "ConfigMapList" => KnownKinds.ConfigMaps,
                _ => KnownKinds.Namespaces,
            };
            var list = await client.ListAsync(kind, null, ListOptions.All, A.Limit());

            Assert.That(list.Items, Has.Count.EqualTo((line.Body["items"] as JsonArray)?.Count ?? 0), line.Step);
            Assert.That(list.Items.Select(item => ((string?)item["apiVersion"], (string?)item["kind"])),
                Is.All.EqualTo((kind.ApiVersion, kind.Kind)), line.Step);
            Assert.That(list.ResourceVersion, Is.EqualTo((string?)line.Body["metadata"]!["resourceVersion"] ?? ""), line.Step);
            count++;
        });
        Assert.That(count, Is.GreaterThan(10), "lists seen");
    }

    [Test]
    public async Task WhenAWatchWasAnswered_ThenEveryLineIsAnEvent()
    {
        var count = 0;
        await ForEachAsync(line => line.Code == 200 && line is { Body: JsonArray, IsWatch: true }, async (client, line) =>
        {
            var objects = ((JsonArray)line.Body).Select(change => (JsonObject)change!["object"]!)
                .Where(one => (string?)one["kind"] is not "Status").ToArray();
            // The client asks for no tables.
            if (objects.Any(one => (string?)one["kind"] is "Table")) return;
            var kind = KnownKinds.Rollouts with { Kind = (string?)objects.FirstOrDefault()?["kind"] ?? "Rollout" };
            var seen = new List<string>();
            await foreach (var change in client.WatchAsync(kind, null, new WatchOptions(), A.Limit()))
                seen.Add(change.GetType().Name.ToUpperInvariant());

            Assert.That(seen, Is.EqualTo(((JsonArray)line.Body).Select(change => (string?)change!["type"])), line.Step);
            count += seen.Count;
        });
        Assert.That(count, Is.GreaterThan(50), "events seen");
    }

    private static async Task ForEachAsync(Func<Line, bool> isWanted, Func<ApiClient, Line, Task> check)
    {
        var folder = RepositoryFolder.PathTo("sandbox", "Canary.ApiServer.Tests", "Recordings");
        Line? current = null;
        await using var api = await FakeApi.ServeAsync(http => Answer(current!)(http));
        using var client = new ApiClient(api.Config, TimeProvider.System, A.QuickOptions with { MaxRetries = 0 });
        foreach (var line in Directory.GetFiles(folder, "*.jsonl").Order().SelectMany(File.ReadLines).Select(Line.Of).OfType<Line>()
            .Where(isWanted))
        {
            current = line;
            await check(client, line);
        }
    }

    private static RequestDelegate Answer(Line line) => line switch
    {
        { IsWatch: true, Body: JsonArray events } => Answers.Lines([.. events.Select(change => change!.ToJsonString())]),
        { Body: JsonValue text } => Answers.Text(line.Code, line.Type, text.GetValue<string>()),
        _ => Answers.Text(line.Code, line.Type, line.Body.ToJsonString()),
    };

    private sealed record Line(string Step, int Code, string Type, bool IsWatch, JsonNode Body)
    {
        public static Line? Of(string json)
        {
            var line = JsonNode.Parse(json)!;
            var response = line["response"] as JsonObject;
            if (response?["body"] is not { } body || response["status"] is not JsonValue status || !status.TryGetValue(out int code)
                || code == 0) return null;
            return new Line(
                (string?)line["step"] ?? "", code, (string?)response["headers"]?["content-type"] ?? "application/json",
                line["request"]?["query"]?["watch"] is not null, body);
        }
    }
}
