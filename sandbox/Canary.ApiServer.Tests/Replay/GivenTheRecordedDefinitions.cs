using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Access;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Replay;

/// <summary>A definition changed in one place at a time, which a real API server took or refused: every line stands alone.</summary>
public sealed class GivenTheRecordedDefinitions
{
    private const string Token = "replay-admin-token";

    [Test]
    [CancelAfter(120_000)]
    public async Task WhenEachIsCreated_ThenItIsTakenOrRefusedInTheSameWords(CancellationToken cancel)
    {
        var lines = File.ReadLines(Path.Combine(RecordingFiles.Folder, "13-crd-validation.jsonl"))
            .Select(line => (JsonObject)JsonNode.Parse(line)!).ToList();
        await using var host = await ApiServerHost.StartAsync(
            new ApiServerOptions { Tokens = [new ApiToken(Token, "admin", "1", ["system:masters"])] }, cancel);
        using var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);

        var different = new List<string>();
        foreach (var line in lines)
        {
            if (await DifferenceAsync(http, line, cancel) is { } difference)
                different.Add($"{line["step"]}\n    {difference}");
        }

        TestContext.Out.WriteLine(
            $"13-crd-validation: {lines.Count} lines replayed, {lines.Count - different.Count} equal, {different.Count} different");
        Assert.That(lines, Has.Count.EqualTo(104));
        Assert.That(string.Join('\n', different), Is.Empty);
    }

    private static async Task<string?> DifferenceAsync(HttpClient http, JsonObject line, CancellationToken cancel)
    {
        var request = line["request"]!;
        var response = line["response"]!;
        var query = string.Join('&',
            ((JsonObject)request["query"]!).Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value!.GetValue<string>())}"));
        using var content = new StringContent(request["body"]!.ToJsonString(Recorded.Plain), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"{request["path"]}?{query}", content, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        if ((int)answer.StatusCode != response["status"]!.GetValue<int>())
            return $"status: recorded {response["status"]} {Short(response["body"]!["message"]?.ToString())}, "
                + $"is {(int)answer.StatusCode}: {Short(JsonNode.Parse(text)!["message"]?.ToString())}";
        var comparison = new AnswerComparison(new Placeholders(), seesManagedFields: false);
        return response["body"]!["accepted"] is null
            ? comparison.Difference(response["body"]!.DeepClone(), JsonNode.Parse(text))
            : comparison.Difference(Spec(response["body"]!["spec"] as JsonObject ?? request["body"]!["spec"]!),
                Spec(JsonNode.Parse(text)!["spec"]!));
    }

    private static JsonObject Spec(JsonNode spec) => new() { ["spec"] = spec.DeepClone() };

    private static string? Short(string? text) => text is { Length: > 600 } ? $"{text[..300]} … {text[^300..]}" : text;
}
