using System;
using System.Buffers;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Bodies of answers, up to a length: a server, or a proxy before it, may send one without an end.</summary>
internal static class AnswerBody
{
    /// <summary>The most that is read of an answer that is no success, in bytes: a Status, or the page of a proxy.</summary>
    public const int LongestRefusal = 64 * 1024;

    /// <summary>The most that one object may have, in bytes. etcd keeps 1.5 MiB of one, an API server takes 3 MiB.</summary>
    public const int LongestObject = 16 * 1024 * 1024;

    /// <summary>The most that a page of a list, or a document about the API, may have, in bytes.</summary>
    public const int LongestPage = 64 * 1024 * 1024;

    /// <summary>The most that a list in one piece may have, in bytes.</summary>
    public const int LongestList = 512 * 1024 * 1024;

    // Of pages of lists one is kept of each size: every thread and every core would keep one each in the shared pool, for one list an hour.
    private const int LongestShared = 128 * 1024;
    private const int LongestBorrowed = 1024 * 1024;

    private static readonly ArrayPool<byte> Pages = ArrayPool<byte>.Create(LongestBorrowed, maxArraysPerBucket: 1);

    /// <summary>The reason of an answer that is longer than is read.</summary>
    public const string TooLarge = "TooLarge";

    /// <summary>The body; of a refusal that is longer than <see cref="LongestRefusal"/> its beginning, one byte longer than that.</summary>
    /// <exception cref="ApiException">The answer is a success and longer than <paramref name="longest"/> bytes.</exception>
    /// <exception cref="HttpRequestException">It broke off.</exception>
    public static async Task<PooledContent> ReadAsync(HttpResponseMessage response, int longest, string request, CancellationToken cancel)
    {
        var limit = response.IsSuccessStatusCode ? longest : LongestRefusal;
        var announced = response.Content.Headers.ContentLength ?? 0;
        if (response.IsSuccessStatusCode && announced > limit) throw Refused(limit, request);
        // What is announced need not come: room for it is made by and by.
        var buffer = Borrow((int)Math.Clamp(announced + 1, 16 * 1024, LongestBorrowed));
        var length = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            while (length <= limit)
            {
                if (length == buffer.Length) buffer = Larger(buffer, announced);
                var count =
                    await stream.ReadAsync(buffer.AsMemory(length, (int)Math.Min(buffer.Length - length, limit + 1L - length)), cancel);
                length += count;
                if (count == 0 || (length > limit && !response.IsSuccessStatusCode)) return new PooledContent(Taken(ref buffer), length);
            }

            throw Refused(limit, request);
        }
        catch (IOException problem)
        {
            throw new HttpRequestException(problem.Message, problem);
        }
        finally
        {
            Return(buffer);
        }
    }

    private static byte[] Taken(ref byte[] buffer)
    {
        var taken = buffer;
        buffer = [];
        return taken;
    }

    /// <summary>Gives a buffer back. What is larger than is usual is not kept: it would stay in the process for one list an hour.</summary>
    public static void Return(byte[] buffer)
    {
        if (buffer.Length is > 0 and <= LongestBorrowed) Pool(buffer.Length).Return(buffer);
    }

    private static byte[] Borrow(int size) =>
        size <= LongestBorrowed ? Pool(size).Rent(size) : GC.AllocateUninitializedArray<byte>(size);

    private static ArrayPool<byte> Pool(int size) => size <= LongestShared ? ArrayPool<byte>.Shared : Pages;

    // Once much has come, what is announced is believed, within bounds.
    private static byte[] Larger(byte[] buffer, long announced)
    {
        var size = announced >= 2L * buffer.Length ? Math.Min(announced + 1, 8L * buffer.Length)
            : Math.Min(2L * buffer.Length, Array.MaxLength);
        var larger = Borrow((int)size);
        buffer.CopyTo(larger, 0);
        Return(buffer);
        return larger;
    }

    private static ApiException Refused(int limit, string request) =>
        new(new ApiStatus(0, TooLarge, $"the answer is longer than {limit} bytes, the most that is read of one", null), request, null,
            null);
}
