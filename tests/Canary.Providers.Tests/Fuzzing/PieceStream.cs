using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Providers.Tests.Fuzzing;

/// <summary>A body that comes in pieces.</summary>
internal sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
}
