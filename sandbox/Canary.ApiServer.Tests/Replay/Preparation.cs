using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.ApiServer.Tests.Replay;

/// <summary>
/// The writes that the recorder made without recording them: objects that a line needs, what the cluster's controllers had written,
/// and what happened while a watch was open. Everything goes through the API.
/// </summary>
internal sealed class Preparation(HttpClient http, Placeholders placeholders)
{
    private static readonly string[] SystemMembers =
        ["uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"];

    public async Task<JsonObject?> FindAsync(string path, CancellationToken cancel)
    {
        using var response = await http.GetAsync(path, cancel);
        return response.IsSuccessStatusCode ? JsonNode.Parse(await response.Content.ReadAsStringAsync(cancel)) as JsonObject : null;
    }

    public async Task<JsonObject> SendAsync(string method, string path, string contentType, JsonNode? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(Recorded.Plain), Encoding.UTF8, contentType);
        using var response = await http.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{method} {path} as preparation: {(int)response.StatusCode} {text}");
        return (JsonObject)JsonNode.Parse(text)!;
    }

    /// <summary>Creates an object as it was recorded, if it is not there.</summary>
    public async Task CreateAsync(string collection, JsonObject recorded, CancellationToken cancel, bool isVersionKnown = false)
    {
        var name = recorded["metadata"]?["name"]?.ToString() ?? throw new InvalidOperationException("an object without a name");
        if (await FindAsync($"{collection}/{placeholders.Fill(name)}", cancel) is null)
        {
            var body = (JsonObject)placeholders.Fill(recorded)!;
            foreach (var member in SystemMembers)
                (body["metadata"] as JsonObject)?.Remove(member);
            await SendAsync("POST", collection, "application/json", body, cancel);
        }

        await WriteStatusAsync($"{collection}/{placeholders.Fill(name)}", recorded, cancel);
        await LearnAsync($"{collection}/{placeholders.Fill(name)}", recorded, isVersionKnown, cancel);
    }

    /// <summary>Brings an object to a recorded state, as a controller would have written it.</summary>
    public async Task WriteAsync(string path, JsonObject recorded, CancellationToken cancel)
    {
        if (await FindAsync(path, cancel) is not { } live)
        {
            await CreateAsync(path[..path.LastIndexOf('/')], recorded, cancel);
            return;
        }

        var isLeaving = recorded["metadata"]?["deletionTimestamp"] is not null && live["metadata"]!["deletionTimestamp"] is null;
        var wanted = (JsonObject)placeholders.Fill(recorded)!;
        var metadata = (JsonObject)wanted["metadata"]!;
        foreach (var member in SystemMembers.Concat(["name", "namespace", "generateName"]))
        {
            if (live["metadata"]![member] is { } value)
                metadata[member] = value.DeepClone();
            else
                metadata.Remove(member);
        }

        // Status first: controllers write annotations with it, and those must not count as a change of the object.
        if (isLeaving)
        {
            await SendAsync("DELETE", path, "application/json", null, cancel);
        }
        else
        {
            await WriteStatusAsync(path, recorded, cancel);
            metadata.Remove("managedFields");
            metadata["resourceVersion"] = (await FindAsync(path, cancel))!["metadata"]!["resourceVersion"]!.ToString();
            await SendAsync("PUT", path, "application/json", wanted, cancel);
        }

        await LearnAsync(path, recorded, true, cancel);
    }

    /// <summary>Writes what controllers write: the status and annotations, which leave the generation alone.</summary>
    public async Task WriteStatusAsync(string path, JsonObject recorded, CancellationToken cancel)
    {
        if (recorded["status"] is not JsonObject status || await FindAsync(path + "/status", cancel) is not { } live)
            return;

        live["status"] = placeholders.Fill(status);
        if (recorded["metadata"]?["annotations"] is JsonObject annotations)
            live["metadata"]!["annotations"] = placeholders.Fill(annotations);
        await SendAsync("PUT", path + "/status?fieldManager=kube-controller-manager", "application/json", live, cancel);
    }

    public async Task LearnAsync(string path, JsonObject recorded, bool isVersionKnown, CancellationToken cancel)
    {
        var live = await FindAsync(path, cancel);
        foreach (var member in isVersionKnown ? new[] { "uid", "resourceVersion" } : ["uid"])
        {
            if (recorded["metadata"]?[member]?.ToString() is { } placeholder && placeholder.StartsWith('<')
                && live?["metadata"]?[member]?.ToString() is { } value)
                placeholders.Bind(placeholder, value);
        }
    }

    public static int Number(string? placeholder) =>
        placeholder is not null && placeholder.StartsWith("<rv-", StringComparison.Ordinal)
            ? int.Parse(placeholder.AsSpan(4, placeholder.Length - 5), CultureInfo.InvariantCulture)
            : 0;

    public static IEnumerable<JsonObject> ObjectsOf(JsonNode? answer) =>
        (answer?["items"] as JsonArray ?? []).OfType<JsonObject>().OrderBy(i => Number(i["metadata"]?["resourceVersion"]?.ToString()));
}
