using System;
using System.Buffers;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Providers.Prometheus.Query;

/// <summary>Reads a short body, and no more of it than is allowed.</summary>
internal static class BoundedBody
{
    private const int Piece = 4 << 10;

    /// <summary>
    /// The body ends before its end, or is not compressed as its <c>Content-Encoding</c> says: the decoders throw what they like there.
    /// </summary>
    public static bool IsBroken(Exception problem) => problem is IOException or InvalidDataException or InvalidOperationException;

    /// <summary>The body; null: it is longer.</summary>
    /// <exception cref="IOException">The body ends before its end.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancel)
    {
        await using var stream = await content.ReadAsStreamAsync(cancel);
        var body = new ArrayBufferWriter<byte>();
        for (int read; (read = await stream.ReadAsync(body.GetMemory(Piece), cancel)) > 0;)
        {
            body.Advance(read);
            if (body.WrittenCount > maxBytes) return null;
        }

        return body.WrittenMemory;
    }

    /// <summary>The body, or what became of the call instead.</summary>
    /// <exception cref="IOException">The body ends before its end.</exception>
    public static async Task<(ReadOnlyMemory<byte> Body, PrometheusResponse? Instead)> ReadAsync(
        Stream stream, int maxBytes, AnswerBudget budget, CancellationToken cancel)
    {
        var body = new ArrayBufferWriter<byte>();
        var total = 0L;
        try
        {
            for (int read; (read = await stream.ReadAsync(body.GetMemory(Piece), cancel)) > 0;)
            {
                body.Advance(read);
                total += read;
                var isTaken = budget.Take(read, total);
                if (total > maxBytes) return (default, new PrometheusResponse.TooLarge(maxBytes));
                if (!isTaken) return (default, new PrometheusResponse.Crowded(budget.Most));
            }

            return (body.WrittenMemory, null);
        }
        finally
        {
            budget.GiveBack(total);
        }
    }
}
