using System;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>A complete answer.</summary>
internal sealed record ApiAnswer(int Code, string? ContentType, TimeSpan? RetryAfter, byte[] Body)
{
    public bool IsSuccess => Code is >= 200 and < 300;
}
