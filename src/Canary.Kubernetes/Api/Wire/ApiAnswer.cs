using System;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>A complete answer.</summary>
/// <param name="Via">Words for the proxy that it came through; empty for none.</param>
internal sealed record ApiAnswer(int Code, string? ContentType, TimeSpan? RetryAfter, byte[] Body, string Via = "")
{
    public bool IsSuccess => Code is >= 200 and < 300;
}
