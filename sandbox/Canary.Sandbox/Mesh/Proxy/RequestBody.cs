using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>The body of a request: none, held in memory so that it can be sent again, or a stream that can be sent once.</summary>
internal sealed record RequestBody(byte[]? Held, Stream? Streamed)
{
    // Envoy holds back about this much for a retry, and gives up retrying above it.
    private const int HeldAtMost = 1024 * 1024;

    public bool CanBeSentAgain => Streamed is null;

    public long Length => Held?.Length ?? 0;

    public static async Task<RequestBody> ReadAsync(HttpContext http, CancellationToken cancel)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true) return new(null, null);
        if (http.Request.ContentLength is not { } length || length > HeldAtMost) return new(null, http.Request.Body);
        var held = new byte[length];
        await http.Request.Body.ReadExactlyAsync(held, cancel);
        return new(held, null);
    }

    public HttpContent? ToContent() =>
        Held is not null ? new ByteArrayContent(Held) : Streamed is not null ? new StreamContent(Streamed) : null;
}
