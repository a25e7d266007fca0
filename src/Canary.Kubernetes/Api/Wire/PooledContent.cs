using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>A whole body in a borrowed array, which goes back when the answer is disposed of: a list is parsed where it was
/// received.</summary>
internal sealed class PooledContent(byte[] buffer, int length) : HttpContent
{
    private byte[]? _buffer = buffer;

    /// <summary>The body, until this is disposed of.</summary>
    public ReadOnlyMemory<byte> Body => (_buffer ?? throw new ObjectDisposedException(nameof(PooledContent))).AsMemory(0, length);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(Body).AsTask();

    protected override Task<Stream> CreateContentReadStreamAsync() =>
        Task.FromResult<Stream>(
            new MemoryStream(_buffer ?? throw new ObjectDisposedException(nameof(PooledContent)), 0, length, writable: false));

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (_buffer is { } borrowed) AnswerBody.Return(borrowed);
        _buffer = null;
        base.Dispose(disposing);
    }
}
