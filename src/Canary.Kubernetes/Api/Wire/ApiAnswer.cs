using System;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>A complete answer.</summary>
/// <param name="Via">Words for the proxy that it came through; empty for none.</param>
internal sealed record ApiAnswer(int Code, string? ContentType, TimeSpan? RetryAfter, byte[] Body, string Via = "")
{
    /// <summary>The Authorization header that the request was sent with: a server may repeat it, a message must not. Null for none.</summary>
    public string? Authorization { get; init; }

    public bool IsSuccess => Code is >= 200 and < 300;
}
