using System;
using System.Net.Http;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>A complete answer. To be disposed of when it was read: its body is borrowed.</summary>
/// <param name="Code">The status code.</param>
/// <param name="ContentType">What the server calls the body.</param>
/// <param name="RetryAfter">How long the server asks to wait.</param>
/// <param name="Body">The body.</param>
/// <param name="Via">Words for the proxy that it came through; empty for none.</param>
internal sealed record ApiAnswer(int Code, string? ContentType, TimeSpan? RetryAfter, ReadOnlyMemory<byte> Body, string Via = "")
    : IDisposable
{
    /// <summary>The request that it answers, whose Authorization header a server may repeat, and a message must not.</summary>
    public HttpRequestMessage? Request { get; init; }

    /// <summary>Where the body is from.</summary>
    public HttpResponseMessage? Response { get; init; }

    public bool IsSuccess => Code is >= 200 and < 300;

    public void Dispose() => Response?.Dispose();
}
