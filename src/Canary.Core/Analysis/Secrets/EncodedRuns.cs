using System;
using System.Collections.Generic;

namespace Canary.Core.Analysis.Secrets;

/// <summary>Runs of letters in a text that may be bytes: hexadecimal, Base64 and Base64Url, and bytes as numbers with something between
/// them.</summary>
internal static class EncodedRuns
{
    // Shorter runs hold no value that is sought.
    private const int FewestBytes = SecretRedaction.ShortestSought;
    private const int WidestGap = 8;

    // Stands between two runs; no text holds it.
    private const byte Gap = 0xFF;

    /// <summary>The text decoded in each way in which it can be read. What is found in a run is found in the whole of it.</summary>
    public static IEnumerable<EscapedText> Decode(EscapedText text)
    {
        // Where a run begins is not known, since what stands before it may be made of the same letters.
        for (var skipped = 0; skipped < 2; skipped++)
            if (Runs(text, IsHex, skipped, Hex) is { } hex) yield return hex;
        for (var skipped = 0; skipped < 4; skipped++)
            if (Runs(text, IsBase64, skipped, Base64) is { } base64) yield return base64;
        foreach (var isDecimal in new[] { false, true })
            if (Tokens(text, isDecimal) is { } numbers) yield return numbers;
    }

    /// <summary>The value of a hexadecimal digit.</summary>
    public static int Digit(byte letter) => (letter & 0xF) + ((letter >> 6) * 9);

    public static bool IsBase64(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || "+/-_="u8.Contains(letter);

    private static bool IsHex(byte letter) => char.IsAsciiHexDigit((char)letter);

    private static EscapedText? Runs(EscapedText text, Func<byte, bool> isPart, int skipped, Action<ReadOnlySpan<byte>, List<byte>> decode)
    {
        var decoded = new Decoded(text);
        for (var at = 0; at < text.Bytes.Length; at++)
        {
            if (!isPart(text.Bytes[at])) continue;
            var from = at;
            // Long ones are broken into lines.
            while (at < text.Bytes.Length && (isPart(text.Bytes[at]) || text.Bytes[at] is (byte)'\r' or (byte)'\n')) at++;
            if (at - from < skipped + FewestBytes) continue;
            decoded.Add(from, at, bytes => decode(text.Bytes.AsSpan(from + skipped, at - from - skipped), bytes));
        }

        return decoded.Text;
    }

    private static void Hex(ReadOnlySpan<byte> run, List<byte> bytes)
    {
        var (value, digits) = (0, 0);
        foreach (var letter in run)
        {
            if (!IsHex(letter)) continue;
            value = (value * 16) + Digit(letter);
            if (++digits % 2 != 0) continue;
            bytes.Add((byte)value);
            value = 0;
        }
    }

    private static void Base64(ReadOnlySpan<byte> run, List<byte> bytes)
    {
        var (value, bits) = (0, 0);
        foreach (var letter in run)
        {
            if (Sextet(letter) is not { } sextet) continue;
            value = ((value << 6) | sextet) & 0xFFFF;
            bits += 6;
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(value >> bits));
        }
    }

    private static int? Sextet(byte letter) => letter switch
    {
        >= (byte)'A' and <= (byte)'Z' => letter - 'A',
        >= (byte)'a' and <= (byte)'z' => letter - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => letter - '0' + 52,
        (byte)'+' or (byte)'-' => 62,
        (byte)'/' or (byte)'_' => 63,
        _ => null,
    };

    // 41:42:43, 41-42-43, 0x41, 0x42, and 65 66 67 or [65,66,67].
    private static EscapedText? Tokens(EscapedText text, bool isDecimal)
    {
        var decoded = new Decoded(text);
        var values = new List<byte>();
        for (var at = 0; at < text.Bytes.Length;)
        {
            var (from, to) = (at, at);
            values.Clear();
            while (Token(text.Bytes, at, isDecimal, out var value) is var end and > 0)
            {
                values.Add(value);
                (to, at) = (end, end);
                while (at < text.Bytes.Length && at - to < WidestGap && IsBetween(text.Bytes[at])) at++;
                if (at == to) break;
            }

            if (values.Count >= FewestBytes) decoded.Add(from, to, bytes => bytes.AddRange(values));
            if (values.Count > 0) continue;
            // A number that is a part of a word is none.
            while (at < text.Bytes.Length && char.IsAsciiLetterOrDigit((char)text.Bytes[at])) at++;
            if (at == from) at++;
        }

        return decoded.Text;
    }

    // Where the number ends that begins here; 0: none does.
    private static int Token(byte[] text, int from, bool isDecimal, out byte value)
    {
        value = 0;
        var at = from;
        if (!isDecimal && at + 2 < text.Length && text[at] == '0' && (text[at + 1] | 32) == 'x') at += 2;
        var (first, number) = (at, 0);
        while (at < text.Length && at - first < 4 && (isDecimal ? char.IsAsciiDigit((char)text[at]) : IsHex(text[at])))
            number = (number * (isDecimal ? 10 : 16)) + Digit(text[at++]);
        var isWord = at < text.Length && char.IsAsciiLetterOrDigit((char)text[at]);
        if (isWord || at == first || number > 255 || (!isDecimal && at - first > 2)) return 0;
        value = (byte)number;
        return at;
    }

    private static bool IsBetween(byte letter) => " ,:-;\n\r\t"u8.Contains(letter);

    private sealed class Decoded(EscapedText text)
    {
        private readonly List<byte> _bytes = [];
        private readonly List<(int From, int To)> _letters = [];
        private int _end;

        /// <summary>Null: there is no run.</summary>
        public EscapedText? Text
        {
            get
            {
                if (_bytes.Count == 0) return null;
                if (_end < text.Bytes.Length) Add(Gap, text.Letters(_end, text.Bytes.Length));
                return new EscapedText(_bytes, _letters);
            }
        }

        public void Add(int from, int to, Action<List<byte>> decode)
        {
            var run = new List<byte>(to - from);
            decode(run);
            if (from > _end || _bytes.Count > 0) Add(Gap, text.Letters(from, to));
            // Letters of two bytes each, one of them zero.
            foreach (var one in run)
                if (one != 0) Add(one, text.Letters(from, to));
            _end = to;
        }

        private void Add(byte value, (int, int) letters)
        {
            _bytes.Add(value);
            _letters.Add(letters);
        }
    }
}
