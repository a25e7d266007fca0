using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Access;
using Canary.ApiServer.Http;

namespace Canary.ApiServer.Tests.Replay;

/// <summary>Sends the requests of one recording to a fresh server, one by one, and says where an answer differs from the recorded
/// one.</summary>
internal sealed class RecordingReplay : IAsyncDisposable
{
    private const string AdminToken = "replay-admin-token";

    private readonly ApiServerHost _host;
    private readonly HttpClient _http;
    private readonly Placeholders _placeholders = new();
    private readonly Preparation _preparation;
    private readonly IReadOnlyList<Recorded> _lines;
    private readonly UnrecordedWrites _unrecorded;
    private readonly AnswerComparison _comparison;

    private RecordingReplay(ApiServerHost host, IReadOnlyList<Recorded> lines)
    {
        _host = host;
        _lines = lines;
        _http = new HttpClient { BaseAddress = host.Address, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminToken);
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("rec/1.0");
        _preparation = new Preparation(_http, _placeholders);
        _unrecorded = new UnrecordedWrites(_preparation, _placeholders, host, lines);
        _comparison = new AnswerComparison(_placeholders, seesManagedFields: lines[0].File.StartsWith("05", StringComparison.Ordinal));
        _placeholders.Bind("<admin-token>", AdminToken);
        _placeholders.Bind("<server-address>", host.Address.Authority);
        _placeholders.Bind("<continue-7>", Convert.ToBase64String("{\"v\":\"meta.k8s.io/v9\",\"rv\":1,\"start\":\"a\"}"u8).TrimEnd('='));
    }

    public static async Task<RecordingReplay> StartAsync(IReadOnlyList<Recorded> lines, CancellationToken cancel)
    {
        var options = new ApiServerOptions
        {
            Tokens = [new ApiToken(AdminToken, "admin", "1", ["system:masters"])],
            NamespaceDelay = TimeSpan.FromSeconds(3),
            BookmarkInterval = TimeSpan.FromSeconds(20),
        };
        var replay = new RecordingReplay(await ApiServerHost.StartAsync(options, cancel), lines);
        await replay._unrecorded.FurnishAsync(cancel);
        return replay;
    }

    /// <returns>For each replayed line its difference, null where there is none.</returns>
    public async Task<IReadOnlyList<(Recorded Line, string? Difference)>> RunAsync(CancellationToken cancel)
    {
        var results = new List<(Recorded, string?)>();
        foreach (var line in _lines.Where(l => l.IsRequest))
        {
            string? difference;
            try
            {
                await _unrecorded.BeforeAsync(line, cancel);
                difference = line.IsWatch ? await WatchAsync(line, cancel) : await ExchangeAsync(line, cancel);
            }
            catch (Exception e) when (e is InvalidOperationException or HttpRequestException or JsonException)
            {
                difference = e.Message;
            }

            results.Add((line, difference));
        }

        return results;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    private async Task<string?> ExchangeAsync(Recorded line, CancellationToken cancel)
    {
        using var request = Request(line);
        using var response = await _http.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        if ((int)response.StatusCode != line.Status)
            return $"status: recorded {line.Status}, is {(int)response.StatusCode}: {(text.Length > 400 ? text[..400] : text)}";

        var type = response.Content.Headers.ContentType?.ToString().Replace(" ", "");
        if (text.Length > 0 && line.AnswerType is not null && type != line.AnswerType.Replace(" ", ""))
            return $"content type: recorded {line.AnswerType}, is {type}";
        return Warnings(line, response) ?? Body(line, text, type ?? "");
    }

    private string? Body(Recorded line, string text, string type)
    {
        if (line.Answer is JsonValue plain && plain.GetValueKind() == JsonValueKind.String)
        {
            var recorded = plain.GetValue<string>();
            return type.Contains("yaml", StringComparison.Ordinal)
                ? _comparison.Difference(YamlAnswer.Parse(recorded).Root, YamlAnswer.Parse(text).Root)
                : _placeholders.Matches(recorded.Trim(), text.Trim()) ? null : $"text: recorded {recorded}, is {text}";
        }

        var actual = text.Length == 0 ? null : JsonNode.Parse(text);
        if (line.Path.StartsWith("/openapi/v3/", StringComparison.Ordinal))
            return _comparison.DifferenceInSchemas(line.Answer?.DeepClone(), actual);
        return UnrecordedScripts.ComparedInCommon.Contains(line.Id)
            ? _comparison.DifferenceInCommon(line.Answer?.DeepClone(), actual)
            : _comparison.Difference(line.Answer?.DeepClone(), actual);
    }

    private static string? Warnings(Recorded line, HttpResponseMessage response)
    {
        var actual = response.Headers.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return line.Warnings.Order().SequenceEqual(actual.Order()) ? null
            : $"warnings: recorded {string.Join("; ", line.Warnings)}, are {string.Join("; ", actual)}";
    }

    private async Task<string?> WatchAsync(Recorded line, CancellationToken cancel)
    {
        var events = (JsonArray)line.Answer!.DeepClone();
        var times = (line.Stream!["eventAtSeconds"] as JsonArray ?? []).Select(t => t!.GetValue<double>()).ToList();
        using var request = Request(line);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if ((int)response.StatusCode != line.Status)
            return $"status: recorded {line.Status}, is {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancel)}";

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var seen = new List<JsonObject>();
        var reading = ReadAsync(response, seen, patience.Token);
        await _unrecorded.DuringWatchAsync(line, [.. events.OfType<JsonObject>().Where((_, i) => i >= times.Count || times[i] > 0.3)],
            cancel);
        var isEndless = line.Stream["endedBy"]?.ToString() == "client";
        if (isEndless)
            await AwaitAsync(() => reading.IsCompleted || Telling(seen).Count >= events.OfType<JsonObject>().Count(IsTelling), cancel);
        // What should not come is waited for a little, the end of a stream as long as a slow machine takes.
        patience.CancelAfter(isEndless ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(20));
        var hasEnded = await reading;
        if (isEndless == hasEnded)
            return isEndless ? "the stream was ended by the server" : "the stream was not ended by the server";

        // Bookmarks between events depend on the clock of the recording.
        var recorded = events.OfType<JsonObject>().Where(IsTelling).ToList();
        var actual = Telling(seen);
        if (recorded.Count != actual.Count)
            return $"recorded {recorded.Count} events, "
                + $"are {actual.Count}: {string.Join(' ', actual.Select(e => e["type"] + ":" + e["object"]?["metadata"]?["name"]))}";
        return recorded.Select((e, i) => _comparison.Difference(e, actual[i])).FirstOrDefault(d => d is not null);
    }

    private static List<JsonObject> Telling(List<JsonObject> seen)
    {
        lock (seen)
            return [.. seen.Where(IsTelling)];
    }

    private static async Task AwaitAsync(Func<bool> isSo, CancellationToken cancel)
    {
        for (var i = 0; i < 500 && !isSo(); i++)
            await Task.Delay(20, cancel);
    }

    private static bool IsTelling(JsonObject line) =>
        line["type"]?.ToString() != "BOOKMARK" || line["object"]?["metadata"]?["annotations"] is not null;

    private static async Task<bool> ReadAsync(HttpResponseMessage response, List<JsonObject> seen, CancellationToken cancel)
    {
        try
        {
            using var reader = new System.IO.StreamReader(await response.Content.ReadAsStreamAsync(cancel));
            while (await reader.ReadLineAsync(cancel) is { } text)
            {
                var told = (JsonObject)JsonNode.Parse(text)!;
                lock (seen)
                    seen.Add(told);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private HttpRequestMessage Request(Recorded line)
    {
        var query =
            string.Join('&', line.Query.Select(q => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(_placeholders.Fill(q.Value))}"));
        var request =
            new HttpRequestMessage(new HttpMethod(line.Method), _placeholders.Fill(line.Path) + (query.Length == 0 ? "" : "?" + query));
        if (line.Accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", line.Accept);
        Authorize(request, line);
        if (line.Body is not null || line.Method is "POST" or "PUT" or "PATCH")
        {
            var text = line.Body is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
                : line.Body is null ? "" : Recorded.Spaced(line.Body);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(_placeholders.Fill(Grown(text))));
            if (line.ContentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", line.ContentType);
        }

        return request;
    }

    // The recorder shortened one very long value and says how long it was.
    private static string Grown(string text) =>
        text.Replace("<x repeated 1048577 times>", new string('x', 1048577), StringComparison.Ordinal);

    private void Authorize(HttpRequestMessage request, Recorded line)
    {
        if (!line.File.StartsWith("11", StringComparison.Ordinal))
            return;

        var step = line.Step;
        if (line.Authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", line.Authorization);
        else if (step.StartsWith("bad token", StringComparison.Ordinal))
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer bad");
        else if (step.StartsWith("service account", StringComparison.Ordinal)
            || step.StartsWith("token of a deleted", StringComparison.Ordinal))
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + _placeholders["<token-1>"]);
        else if (step.StartsWith("no token", StringComparison.Ordinal) || step.StartsWith("empty bearer", StringComparison.Ordinal))
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer ");
    }
}
