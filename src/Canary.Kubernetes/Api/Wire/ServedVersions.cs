using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>
/// In which version this server has the kinds that come in several. The first version of a kind is assumed until the server says that it
/// has no such path; then discovery is asked. A mesh may be upgraded at any time, so an answer counts only until the next such refusal.
/// </summary>
internal sealed class ServedVersions(ApiTransport transport)
{
    private readonly ConcurrentDictionary<ResourceKind, ResourceKind> _found = new();

    /// <summary>The kind in the version that was found last.</summary>
    public ResourceKind Of(ResourceKind kind) => _found.GetValueOrDefault(kind, kind);

    /// <summary>Sends a request, and once more in the version that discovery offers where the server has no such path.</summary>
    public async Task<(ApiAnswer Answer, ApiRequest Request)> SendAsync(ResourceKind kind, Func<ResourceKind, ApiRequest> build,
        CancellationToken cancel)
    {
        var asked = Of(kind);
        var request = build(asked);
        var answer = await transport.SendAsync(request, cancel);
        if (answer.Code != 404 || NamesAnObject(answer.Body) || await FindOtherAsync(kind, asked, cancel) is not { } other)
            return (answer, request);
        answer.Dispose();
        request = build(other);
        return (await transport.SendAsync(request, cancel), request);
    }

    /// <summary>The kind in another version than the one that was asked, where the server offers one.</summary>
    public async Task<ResourceKind?> FindOtherAsync(ResourceKind kind, ResourceKind asked, CancellationToken cancel)
    {
        if (kind.OtherVersions.Count == 0) return null;
        var found = await DiscoverAsync(kind, cancel);
        if (found is null || found.Version == asked.Version) return null;
        _found[kind] = found;
        return found;
    }

    /// <summary>The kind in the first of its versions that the server serves; null where it serves none.</summary>
    public async Task<ResourceKind?> DiscoverAsync(ResourceKind kind, CancellationToken cancel)
    {
        if (kind.OtherVersions.Count == 0) return await ServesAsync(kind, cancel) ? kind : null;
        var request = ApiRequest.Get("get", "nonresource", $"/apis/{kind.Group}");
        using var answer = await transport.SendAsync(request, cancel);
        if (answer.Code == 404) return null;
        var offered = (AnswerReader.Object(answer, transport.Describe(request))["versions"] as JsonArray ?? []).OfType<JsonObject>()
            .Select(version => (string?)version["version"]).ToArray();
        foreach (var version in kind.OtherVersions.Prepend(kind.Version).Where(offered.Contains))
        {
            // A version may be there for other kinds of the group alone.
            var candidate = kind with { Version = version };
            if (await ServesAsync(candidate, cancel)) return candidate;
        }

        return null;
    }

    private async Task<bool> ServesAsync(ResourceKind kind, CancellationToken cancel)
    {
        var request = ApiRequest.Get("get", "nonresource", kind.GroupPath);
        using var answer = await transport.SendAsync(request, cancel);
        if (answer.Code == 404) return false;
        var resources = AnswerReader.Object(answer, transport.Describe(request))["resources"] as JsonArray;
        return resources is not null && resources.OfType<JsonObject>().Any(resource => (string?)resource["name"] == kind.Plural);
    }

    /// <summary>Whether a 404 speaks of one object, or of its namespace: then the path itself is right.</summary>
    private static bool NamesAnObject(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span) is JsonObject status && status["details"] is JsonObject details
                && details["name"] is JsonValue name && name.TryGetValue(out string? text) && text.Length > 0;
        }
        catch (JsonException)
        {
            // The text of a server that has no such path.
            return false;
        }
    }
}
