using System.Net.Http;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>One request, before it is sent: it can be sent again.</summary>
internal sealed record ApiRequest(
    HttpMethod Method, string Verb, string Resource, string PathAndQuery, byte[]? Body, string? ContentType, bool IsRepeatable)
{
    /// <summary>Whole objects.</summary>
    public const string Json = "application/json";

    /// <summary>The form of the answer.</summary>
    public string Accept { get; init; } = Json;

    /// <summary>The most that is read of an answer that is a success, in bytes.</summary>
    public int LongestAnswer { get; init; } = AnswerBody.LongestObject;

    public static ApiRequest Get(string verb, string resource, string pathAndQuery) => new(HttpMethod.Get, verb, resource, pathAndQuery, null, null, true);
}
