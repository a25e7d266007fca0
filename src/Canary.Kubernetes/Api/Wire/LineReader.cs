using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using Canary.Core.Units;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Documents of a stream that holds one a line, each at the moment when its line is complete.</summary>
/// <remarks>
/// Not <c>JsonSerializer.DeserializeAsyncEnumerable</c>: it holds a document back until later bytes arrive, on a quiet watch for minutes.
/// </remarks>
internal static class LineReader
{
    private const int LongestLine = AnswerBody.LongestObject;

    /// <exception cref="IOException">The stream ends in the middle of a line, or a line is longer than any object may be.</exception>
    /// <exception cref="JsonException">A line is not a document.</exception>
    public static async IAsyncEnumerable<JsonNode?> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
        long searched = 0;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancel);
                var rest = read.Buffer;
                while (rest.Slice(searched).PositionOf((byte)'\n') is { } end)
                {
                    var line = rest.Slice(0, end);
                    rest = rest.Slice(rest.GetPosition(1, end));
                    searched = 0;
                    if (!IsBlank(line)) yield return Parse(line);
                }

                if (read.IsCompleted)
                {
                    if (!IsBlank(rest)) throw new IOException($"the stream ended in the middle of a line, after {rest.Length} bytes of it");
                    yield break;
                }

                searched = rest.Length;
                if (searched > LongestLine)
                    throw new IOException($"a line is longer than {LongestLine} bytes, the most that is read of one object");
                reader.AdvanceTo(rest.Start, rest.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static JsonNode? Parse(ReadOnlySequence<byte> line)
    {
        return JsonText.ReadObject(line.IsSingleSegment ? line.FirstSpan : line.ToArray());
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var part in line)
        {
            if (part.Span.IndexOfAnyExcept((byte)' ', (byte)'\r', (byte)'\t') >= 0) return false;
        }

        return true;
    }
}
