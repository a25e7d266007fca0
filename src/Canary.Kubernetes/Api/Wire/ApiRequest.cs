using System;
using System.Linq;
using System.Net.Http;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>One request, before it is sent: it can be sent again.</summary>
internal sealed record ApiRequest(
    HttpMethod Method, string Verb, string Resource, string PathAndQuery, byte[]? Body, string? ContentType, bool IsRepeatable)
{
    /// <summary>Whole objects.</summary>
    public const string Json = "application/json";

    private static readonly HttpRequestOptionsKey<ApiRequest> Key = new("canary.request");

    /// <summary>The form of the answer.</summary>
    public string Accept { get; init; } = Json;

    /// <summary>The most that is read of an answer that is a success, in bytes.</summary>
    public int LongestAnswer { get; init; } = AnswerBody.LongestObject;

    /// <summary>Whether the answer is a stream without an end. It is not sent again: whoever reads knows best from where to go
    /// on.</summary>
    public bool IsEndless { get; init; }

    public static ApiRequest Get(string verb, string resource, string pathAndQuery) =>
        new(HttpMethod.Get, verb, resource, pathAndQuery, null, null, true);

    /// <summary>What a handler needs to know of a message.</summary>
    public static ApiRequest Of(HttpRequestMessage message) => message.Options.TryGetValue(Key, out var known) ? known : Typed(message);

    /// <summary>Whether a message is a call of the library's, which takes everything but a success for an exception.</summary>
    public static bool IsTyped(HttpRequestMessage message) => !message.Options.TryGetValue(Key, out _);

    /// <summary>Lets the handlers know what a message is.</summary>
    public void Mark(HttpRequestMessage message) => message.Options.Set(Key, this);

    /// <summary>
    /// A call of the library's. All of them may be repeated: a Lease is read, replaced with the version that was read or created under
    /// a fixed name, and so is an Event. Where the first attempt was carried out, the second one is a conflict.
    /// </summary>
    private static ApiRequest Typed(HttpRequestMessage message)
    {
        var verb = message.Method.Method switch { "POST" => "create", "PUT" => "update", var other => other.ToLowerInvariant() };
        return new ApiRequest(message.Method, verb, ResourceOf(message.RequestUri!.AbsolutePath), "", null, null, IsRepeatable: true);
    }

    // .../api/v1/namespaces/NS/events, .../apis/coordination.k8s.io/v1/namespaces/NS/leases/NAME
    private static string ResourceOf(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var space = Array.IndexOf(parts, "namespaces");
        if (space < 2 || space + 2 >= parts.Length) return "nonresource";
        var isGroup = parts.Take(space).Contains("apis");
        return isGroup ? $"{parts[space + 2]}.{parts[space - 2]}" : parts[space + 2];
    }
}
