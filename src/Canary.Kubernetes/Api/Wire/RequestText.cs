using System;
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>The text of a request's body, with strings escaped as the API server escapes them.</summary>
/// <remarks>A <c>test</c> of a JSON Patch compares the text of a string, byte for byte, with what Go's <c>encoding/json</c> made of the
/// object (evanphx/json-patch v4, <c>lazyNode.equal</c>): <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c>, U+2028, U+2029 and control characters
/// are escaped, in small letters, and nothing else is.</remarks>
internal static class RequestText
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] ToBytes(JsonNode document)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Writing)) document.WriteTo(writer);
        // None of these bytes stands in a number, a name of JSON or between values.
        return buffer.WrittenSpan.ContainsAny("<>&\\"u8) ? Escape(buffer.WrittenSpan) : buffer.WrittenSpan.ToArray();
    }

    private static byte[] Escape(ReadOnlySpan<byte> text)
    {
        var escaped = new ArrayBufferWriter<byte>(text.Length + 64);
        for (var at = 0; at < text.Length;)
        {
            var letter = text[at];
            if (letter is (byte)'<' or (byte)'>' or (byte)'&')
            {
                WriteEscape(escaped, (char)letter);
                at++;
            }
            else if (letter != (byte)'\\')
            {
                escaped.Write(text.Slice(at++, 1));
            }
            else if (text[at + 1] != (byte)'u')
            {
                escaped.Write(text.Slice(at, 2));
                at += 2;
            }
            else
            {
                at += WriteUnescaped(escaped, text[at..]);
            }
        }

        return escaped.WrittenSpan.ToArray();
    }

    // \\uXXXX, or two of them for one character above U+FFFF; how long they are.
    private static int WriteUnescaped(ArrayBufferWriter<byte> escaped, ReadOnlySpan<byte> text)
    {
        const int length = 6;
        var unit = UnitAt(text);
        if (char.IsHighSurrogate(unit) && text.Length >= 2 * length && text[length] == (byte)'\\' && text[length + 1] == (byte)'u'
            && UnitAt(text[length..]) is var low && char.IsLowSurrogate(low))
        {
            WriteRaw(escaped, new Rune(unit, low));
            return 2 * length;
        }

        if (unit is < ' ' or '\u2028' or '\u2029' || char.IsSurrogate(unit)) WriteEscape(escaped, unit);
        else WriteRaw(escaped, new Rune(unit));
        return length;
    }

    private static char UnitAt(ReadOnlySpan<byte> text) =>
        (char)ushort.Parse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static void WriteEscape(ArrayBufferWriter<byte> escaped, char unit) =>
        escaped.Write(Encoding.ASCII.GetBytes($"\\u{(int)unit:x4}"));

    private static void WriteRaw(ArrayBufferWriter<byte> escaped, Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        escaped.Write(bytes[..rune.EncodeToUtf8(bytes)]);
    }
}
