using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Units;
using Canary.Engine.Alerts;

namespace Canary.Providers.Alerts;

/// <summary>
/// Reads a body with alerts piece by piece: the webhook's object with its list <c>alerts</c>, or the list itself as Alertmanager's API
/// sends it. Of each alert only what <see cref="AlertText"/> reads is kept, so a storm of many MiB costs the labels of its alerts and no
/// more.
/// </summary>
/// <param name="isList">The body is the list itself.</param>
/// <param name="isWanted">Whether an alert is kept.</param>
public sealed class AlertPayloadReader(bool isList, Func<HeardAlert, bool> isWanted)
{
    /// <summary>Largest single value, an alert among them, in bytes.</summary>
    public const int MaxValueBytes = 1 << 20;

    private const string Alerts = "alerts";
    private const string Version = "version";
    private const string Truncated = "truncatedAlerts";
    private const int FirstBuffer = 16 << 10;
    private const int LongestVersion = 40;

    private readonly List<HeardAlert> _alerts = [];
    private bool _isBegun;
    private bool _isInAlerts;
    private bool _hasAlerts;
    private string? _property;
    private string? _version;
    private long _truncated;
    private int _index;
    private string? _unreadable;

    /// <summary>Reads to the end, or up to <paramref name="maxBytes"/>.</summary>
    /// <exception cref="IOException">The body ends before its end.</exception>
    public async Task<AlertPayload> ReadAsync(Stream body, long maxBytes, CancellationToken cancel)
    {
        var buffer = new byte[FirstBuffer];
        var (held, total) = (0, 0L);
        var state = new JsonReaderState();
        while (true)
        {
            var read = await body.ReadAsync(buffer.AsMemory(held), cancel);
            total += read;
            if (total > maxBytes) return new AlertPayload.TooLarge($"the payload has more than {maxBytes} bytes");
            held += read;
            if (total == held && buffer.AsSpan(0, held).StartsWith(Encoding.UTF8.Preamble))
                held -= Shift(buffer, Encoding.UTF8.Preamble.Length, held);
            try
            {
                var taken = Take(buffer.AsSpan(0, held), read == 0, ref state);
                held -= Shift(buffer, taken, held);
            }
            catch (JsonException problem)
            {
                return new AlertPayload.Malformed(
                    $"the payload is no JSON: line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}");
            }

            if (read == 0) return End();
            if (held < buffer.Length) continue;
            if (held > MaxValueBytes)
                return new AlertPayload.TooLarge(
                    $"{(_isInAlerts ? $"alerts[{_index}]" : "a value of the payload")} has more than {MaxValueBytes} bytes");
            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    private static int Shift(byte[] buffer, int taken, int held)
    {
        if (taken > 0) buffer.AsSpan(taken, held - taken).CopyTo(buffer);
        return taken;
    }

    private AlertPayload End() =>
        !_isBegun ? new AlertPayload.Malformed(isList ? "the payload is no list of alerts" : "the payload is no JSON object")
        : !_hasAlerts ? new AlertPayload.Malformed("alerts: a list is needed")
        : new AlertPayload.Read(_alerts.ToEquatableArray(), _version, _truncated, _unreadable);

    // Objects and lists other than those that hold the alerts are taken whole, when all of their bytes are there.
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
                if (_isInAlerts) TakeAlert(ref next);
                reader = end;
                continue;
            }

            reader = next;
            TakeToken(reader);
        }

        state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    private bool IsEntered(in Utf8JsonReader reader) => isList
        ? reader is { CurrentDepth: 0, TokenType: JsonTokenType.StartArray }
        : reader is { CurrentDepth: 0, TokenType: JsonTokenType.StartObject }
            || (reader is { CurrentDepth: 1, TokenType: JsonTokenType.StartArray } && _property == Alerts);

    private static string? Known(in Utf8JsonReader reader)
    {
        try
        {
            return reader.ValueTextEquals("alerts"u8)
                ? Alerts
                : reader.ValueTextEquals("version"u8)
                ? Version
                : reader.ValueTextEquals("truncatedAlerts"u8)
                ? Truncated
                : null;
        }
        catch (InvalidOperationException)
        {
            // No valid Unicode, and so none of them.
            return null;
        }
    }

    private void TakeAlert(ref Utf8JsonReader reader)
    {
        var alert = AlertText.Read(JsonElement.ParseValue(ref reader), out var problem);
        if (alert is null) _unreadable ??= $"alerts[{_index}]: {problem}";
        else if (isWanted(alert)) _alerts.Add(alert);
        _index++;
    }

    private void TakeToken(in Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _isBegun = true;
                break;
            case JsonTokenType.StartArray:
                (_isBegun, _isInAlerts, _hasAlerts) = (true, true, true);
                break;
            case JsonTokenType.EndArray:
                _isInAlerts = false;
                break;
            case JsonTokenType.PropertyName:
                _property = Known(reader);
                break;
            case JsonTokenType.String or JsonTokenType.Number when !_isInAlerts && _property == Version:
                _version = Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, LongestVersion)]);
                break;
            case JsonTokenType.Number when !_isInAlerts && _property == Truncated:
                _truncated = reader.TryGetInt64(out var number) ? number : 0;
                break;
            case JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
                when _isInAlerts:
                _unreadable ??= $"alerts[{_index}]: an object is needed";
                _index++;
                break;
        }
    }
}
