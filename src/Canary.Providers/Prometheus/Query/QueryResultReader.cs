using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;

namespace Canary.Providers.Prometheus.Query;

/// <summary>
/// Reads the result of a query series by series, as it comes: neither the body nor a document of it is held as a whole, and a text that
/// many series have is held once.
/// </summary>
/// <param name="head">The response that it is the content of.</param>
/// <param name="secrets">What no text may hold that is cut off.</param>
/// <param name="takesHistograms">Native histograms are taken, and values are left out; false: native histograms are an error.</param>
internal sealed class QueryResultReader(ResponseHead head, SecretRedaction secrets, bool takesHistograms = false)
{
    private const int FirstBuffer = 16 << 10;
    private const int ExcerptLength = 2_000;
    /// <summary>What is said of text that cannot be read.</summary>
    public const string NoUnicode = "the answer holds text that is not valid Unicode";

    /// <summary>Warnings of one answer that are kept: they stand in the status of a run.</summary>
    public const int MostWarnings = 10;

    private readonly PrometheusValues _values = new();
    private readonly List<string> _warnings = [];
    private readonly List<Sample> _samples = [];
    private readonly List<Series> _series = [];
    private readonly List<JsonElement> _plain = [];
    private string? _name;
    private string? _inner;
    private bool _isInData;
    private bool _isInResult;
    private bool _hasData;
    private bool _hasResult;
    private string? _status;
    private string? _type;
    private string _errorType = "";
    private string _error = "";
    private string? _problem;

    /// <summary>The response.</summary>
    /// <exception cref="IOException">The body ends before its end.</exception>
    public async Task<PrometheusResponse> ReadAsync(Stream body, int maxBytes, AnswerBudget budget, CancellationToken cancel)
    {
        var buffer = new byte[FirstBuffer];
        var (held, total, beginning) = (0, 0L, Array.Empty<byte>());
        var state = new JsonReaderState();
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(buffer.AsMemory(held), cancel);
                total += read;
                var isTaken = budget.Take(read, total);
                if (total > maxBytes) return new PrometheusResponse.TooLarge(maxBytes);
                if (!isTaken) return new PrometheusResponse.Crowded(budget.Most);
                held += read;
                if (beginning.Length < ExcerptLength && total == held) beginning = buffer[..Math.Min(held, ExcerptLength)];
                if (total == 0) return head.Unexpected("the answer is empty");
                try
                {
                    var taken = Take(buffer.AsSpan(0, held), read == 0, ref state);
                    buffer.AsSpan(taken, held - taken).CopyTo(buffer);
                    held -= taken;
                }
                catch (JsonException wrong)
                {
                    return head.Unexpected(NoJson(beginning, total, wrong));
                }
                catch (InvalidOperationException)
                {
                    return head.Unexpected(NoUnicode);
                }

                if (read == 0) return Response();
                if (held == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
        finally
        {
            budget.GiveBack(total);
        }
    }

    /// <summary>What is said of content that is no JSON.</summary>
    /// <param name="beginning">Its first bytes.</param>
    /// <param name="total">Bytes that were read.</param>
    /// <param name="wrong">Where it is none.</param>
    public static string NoJson(ReadOnlySpan<byte> beginning, long total, JsonException wrong) =>
        Looks(beginning[..Math.Min(beginning.Length, ExcerptLength)])
        ?? $"the answer is no JSON, or ends in its middle ({total} bytes; "
            + $"line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1})";

    private static string? Looks(ReadOnlySpan<byte> beginning)
    {
        var start = Encoding.UTF8.GetString(beginning).TrimStart();
        if (!start.StartsWith('<')) return null;
        var title = start.IndexOf("<title>", StringComparison.OrdinalIgnoreCase) is >= 0 and var from
            && start.IndexOf("</title>", from, StringComparison.OrdinalIgnoreCase) is >= 0 and var to
            ? $" titled \"{ServerText.FirstLine(start[(from + "<title>".Length)..to], 100)}\""
            : "";
        return $"a page{title} came back instead of JSON: the address is that of something else, or a login stands before it";
    }

    private PrometheusResponse Response()
    {
        if (_status == "error") return new PrometheusResponse.Error(head.Status, _errorType, _error);
        var problem = _status != "success" ? "the answer has no \"status\" that is success or error"
            : _problem
                ?? (!_hasData ? "the answer has no \"data\""
                    : !_hasResult ? "the answer has no \"result\""
                    : _type is null ? "the answer has no \"resultType\"" : null);
        if (problem is not null) return head.Unexpected(problem);
        return _type switch
        {
            "vector" when _series.Count + _plain.Count == 0 => Success(new PrometheusResult.Vector([.. _samples])),
            "matrix" when _samples.Count + _plain.Count == 0 => Success(new PrometheusResult.Matrix([.. _series])),
            "scalar" =>
                Point() is { } point
                    ? Success(new PrometheusResult.Scalar(point.Value))
                    : head.Unexpected("the scalar of the answer is no pair of time and value"),
            "string" => _plain is [.., { ValueKind: JsonValueKind.String } text] && PrometheusValues.Text(text) is { } said
                ? Success(new PrometheusResult.Text(said))
                : head.Unexpected("the string of the answer is missing"),
            "vector" or "matrix" => head.Unexpected($"the answer is of type \"{_type}\", and holds something else"),
            _ =>
                head.Unexpected(
                    $"the answer is of type \"{ServerText.FirstLine(secrets.Apply(_type!), 60)}\"; "
                        + "vector, scalar, matrix and string are known"),
        };
    }

    private PrometheusResponse Success(PrometheusResult data) => head.Success(new PrometheusResponse.Success(data, [.. _warnings]));

    private Point? Point() => _plain.Count == 2 ? PrometheusValues.Point(_plain[0], _plain[1]) : null;

    private int Take(ReadOnlySpan<byte> bytes, bool isLast, ref JsonReaderState state)
    {
        var reader = new Utf8JsonReader(bytes, isLast, state);
        while (true)
        {
            var next = reader;
            if (!next.Read()) break;
            if (next.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject && !IsEntered(next))
            {
                var end = next;
                if (!end.TrySkip()) break;
                TakeValue(ref next);
                reader = end;
                continue;
            }

            reader = next;
            TakeToken(ref next);
        }

        state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    private bool IsEntered(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => reader.CurrentDepth == 0 || (reader.CurrentDepth == 1 && _name == "data"),
        _ => reader.CurrentDepth == 2 && _isInData && _inner == "result",
    };

    private void TakeValue(ref Utf8JsonReader reader)
    {
        if (_isInResult)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            TakeSeries(document.RootElement);
        }
        else if (_isInData && reader.CurrentDepth == 2 && _inner == "result")
        {
            (_hasResult, _problem) = (true, _problem ?? "a list was expected in the answer, and Object was found");
        }
        else if (reader.CurrentDepth == 1 && _name is "warnings" or "infos" && reader.TokenType == JsonTokenType.StartArray)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            // Before they are cut off: a half of a Secret would not be found.
            _warnings.AddRange(
                document.RootElement.EnumerateArray()
                    .Take(MostWarnings)
                    .Select(text => ServerText.FirstLine(secrets.Apply(PrometheusValues.Text(text) ?? ""))));
        }
    }

    private void TakeSeries(JsonElement series)
    {
        if (_problem is not null) return;
        try
        {
            if (series.ValueKind != JsonValueKind.Object)
                throw new FormatException("the result of the answer holds something that is no series");
            var labels = _values.Labels(series);
            var isInstant = series.TryGetProperty("value", out var value);
            var isRange = series.TryGetProperty("values", out var values);
            // A series may hold both, where its target went from the one to the other.
            var isNative = series.TryGetProperty("histogram", out var histogram);
            var areNative = series.TryGetProperty("histograms", out var histograms);
            if (!isInstant && !isRange && !isNative && !areNative) throw new FormatException("the answer has no \"value\"");
            if ((isNative || areNative) && !takesHistograms)
                throw new FormatException(
                    "the answer holds native histograms; take a number from them, with histogram_quantile or histogram_avg");
            if (isNative)
                _samples.Add(new Sample(labels, double.NaN) { Histogram = HistogramValues.Point(histogram, secrets).Histogram });
            else if (areNative)
                _series.Add(new Series(labels, []) { Histograms = HistogramValues.Points(histograms, secrets) });
            else if (isInstant && PrometheusValues.Point(value, secrets) is var point && !takesHistograms)
                _samples.Add(new Sample(labels, point.Value));
            else if (isRange && PrometheusValues.Points(values, secrets) is var points && !takesHistograms)
                _series.Add(new Series(labels, points));
        }
        catch (FormatException wrong)
        {
            _problem = wrong.Message;
        }
        catch (InvalidOperationException)
        {
            _problem = NoUnicode;
        }
    }

    private void TakeToken(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when reader.CurrentDepth == 1:
                (_isInData, _hasData) = (true, true);
                break;
            case JsonTokenType.EndObject when reader.CurrentDepth == 1:
                _isInData = false;
                break;
            case JsonTokenType.StartArray:
                (_isInResult, _hasResult) = (true, true);
                break;
            case JsonTokenType.EndArray:
                _isInResult = false;
                break;
            case JsonTokenType.PropertyName:
                var name = PrometheusValues.Text(ref reader);
                if (_isInData) _inner = name;
                else _name = name;
                break;
            case JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
                when _isInResult:
                if (_plain.Count < 3) _plain.Add(JsonElement.ParseValue(ref reader));
                break;
            case JsonTokenType.String:
                TakeText(PrometheusValues.Text(ref reader) ?? "");
                break;
        }
    }

    private void TakeText(string text)
    {
        if (_isInData)
        {
            if (_inner == "resultType") _type = text;
            return;
        }

        switch (_name)
        {
            case "status":
                _status = text;
                break;
            case "errorType":
                _errorType = text;
                break;
            case "error":
                _error = text;
                break;
        }
    }
}
