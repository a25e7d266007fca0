using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Canary.Core.Analysis;

/// <summary>The bytes of a text, each with the letters that it stands for: what is found in the bytes is found in the text, whatever was escaped in it.</summary>
internal sealed class EscapedText
{
    private static readonly (string Name, char Letter)[] _entities = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];

    private readonly List<byte> _bytes;
    private readonly List<(int From, int To)> _letters;

    private EscapedText(List<byte> bytes, List<(int From, int To)> letters)
    {
        (_bytes, _letters) = (bytes, letters);
        Bytes = [.. bytes];
        Folded = [.. bytes];
        for (var at = 0; at < Folded.Length; at++) Folded[at] = SecretForms.Fold(Folded[at]);
    }

    /// <summary>What escapes begin with: percent in addresses, backslash in JSON, ampersand in HTML.</summary>
    public static ReadOnlySpan<byte> Kinds => "%\\&"u8;

    /// <summary>UTF-8.</summary>
    public byte[] Bytes { get; }

    /// <summary>The bytes in one case.</summary>
    public byte[] Folded { get; }

    /// <summary>The text as it is.</summary>
    public static EscapedText Of(string text)
    {
        var (bytes, letters) = (new List<byte>(text.Length), new List<(int, int)>(text.Length));
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            // A half of a pair is read as another rune of the same length.
            Add(bytes, letters, rune, (at, at + rune.Utf16SequenceLength));
            at += rune.Utf16SequenceLength;
        }

        return new EscapedText(bytes, letters);
    }

    /// <summary>The letters of the text that the bytes from one to before another stand for.</summary>
    public (int From, int To) Letters(int from, int to) => (_letters[from].From, _letters[to - 1].To);

    /// <summary>The text with its escapes of one kind read; null: there is none.</summary>
    /// <param name="kind">The letter that they begin with: one of <see cref="Kinds"/>.</param>
    public EscapedText? Unescape(byte kind)
    {
        if (Array.IndexOf(Bytes, kind) < 0) return null;
        var (bytes, letters) = (new List<byte>(_bytes.Count), new List<(int, int)>(_bytes.Count));
        var isChanged = false;
        for (var at = 0; at < Bytes.Length;)
        {
            var (rune, isByte, length) = (default(Rune), false, 0);
            if (Bytes[at] == kind) length = Escape(at, out rune, out isByte);
            var span = (_letters[at].From, _letters[at + Math.Max(1, length) - 1].To);
            if (length == 0 || isByte)
            {
                bytes.Add(length == 0 ? Bytes[at] : (byte)rune.Value);
                letters.Add(span);
            }
            else
            {
                Add(bytes, letters, rune, span);
            }

            isChanged |= length > 0;
            at += Math.Max(1, length);
        }

        return isChanged ? new EscapedText(bytes, letters) : null;
    }

    private static void Add(List<byte> bytes, List<(int, int)> letters, Rune rune, (int, int) span)
    {
        Span<byte> encoded = stackalloc byte[4];
        foreach (var one in encoded[..rune.EncodeToUtf8(encoded)])
        {
            bytes.Add(one);
            letters.Add(span);
        }
    }

    // How long the escape is that begins here; 0: none does.
    private int Escape(int at, out Rune rune, out bool isByte)
    {
        (rune, isByte) = (default, false);
        var rest = Bytes.AsSpan(at);
        if (rest.Length < 2) return 0;
        switch (rest[0])
        {
            case (byte)'%' when Hex(rest, 1, 2) is { } value:
                (rune, isByte) = (new Rune(value), true);
                return 3;
            case (byte)'\\':
                return Backslash(rest, out rune, out isByte);
            case (byte)'&':
                return Entity(rest, out rune);
            default:
                return 0;
        }
    }

    private static int Backslash(ReadOnlySpan<byte> rest, out Rune rune, out bool isByte)
    {
        (rune, isByte) = (default, false);
        switch (rest[1])
        {
            case (byte)'u' when Hex(rest, 2, 4) is { } unit:
                if (Rune.TryCreate((char)unit, out rune)) return 6;
                if (rest.Length >= 12 && rest[6] == '\\' && rest[7] == 'u' && Hex(rest, 8, 4) is { } low && Rune.TryCreate((char)unit, (char)low, out rune)) return 12;
                return 0;
            case (byte)'x' when Hex(rest, 2, 2) is { } value:
                (rune, isByte) = (new Rune(value), true);
                return 4;
            case (byte)'n' or (byte)'t' or (byte)'r' or (byte)'b' or (byte)'f':
                rune = new Rune(rest[1] switch { (byte)'n' => '\n', (byte)'t' => '\t', (byte)'r' => '\r', (byte)'b' => '\b', _ => '\f' });
                return 2;
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'\'':
                rune = new Rune((char)rest[1]);
                return 2;
            default:
                return 0;
        }
    }

    private static int Entity(ReadOnlySpan<byte> rest, out Rune rune)
    {
        rune = default;
        var end = rest[..Math.Min(rest.Length, 12)].IndexOf((byte)';');
        if (end < 2) return 0;
        var name = Encoding.ASCII.GetString(rest[1..end]);
        foreach (var (known, letter) in _entities)
        {
            if (known != name) continue;
            rune = new Rune(letter);
            return end + 1;
        }

        var isHex = name.StartsWith("#x", StringComparison.OrdinalIgnoreCase);
        return name[0] == '#' && int.TryParse(isHex ? name[2..] : name[1..], isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            && Rune.TryCreate(code, out rune)
            ? end + 1
            : 0;
    }

    private static int? Hex(ReadOnlySpan<byte> bytes, int from, int length)
    {
        if (bytes.Length < from + length) return null;
        var value = 0;
        foreach (var one in bytes.Slice(from, length))
        {
            if (!char.IsAsciiHexDigit((char)one)) return null;
            value = (value * 16) + (one & 0xF) + ((one >> 6) * 9);
        }

        return value;
    }
}
