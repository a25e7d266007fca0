using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>The body of a request: none, held in memory so that it can be sent again, or a stream that can be sent once.</summary>
/// <param name="Held">The whole body; null: there is none, or it is a stream.</param>
/// <param name="CanBeSentAgain">It is no stream.</param>
internal sealed record RequestBody(byte[]? Held, bool CanBeSentAgain)
{
    // Envoy holds back about this much for a retry, and gives up retrying above it.
    private const int HeldAtMost = 1024 * 1024;

    public static async Task<RequestBody> ReadAsync(HttpContext http, CancellationToken cancel)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true) return new(null, CanBeSentAgain: true);
        if (http.Request.ContentLength is not { } length || length > HeldAtMost) return new(null, CanBeSentAgain: false);
        var held = new byte[length];
        await http.Request.Body.ReadExactlyAsync(held, cancel);
        return new(held, CanBeSentAgain: true);
    }

    /// <summary>The request has its whole body to read, once more.</summary>
    public void PutInto(HttpRequest request)
    {
        if (Held is not null) request.Body = new MemoryStream(Held, writable: false);
    }

    /// <summary>The body of a copy of the request.</summary>
    public HttpContent? ToContent() => Held is null ? null : new ByteArrayContent(Held);
}
