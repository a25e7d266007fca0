using System;
using System.Collections.Generic;
using System.Text;

namespace Canary.Core.Analysis.Secrets;

/// <summary>The bytes of a text, each with the letters that it stands for: what is found in the bytes is found in the text, whatever was
/// escaped in it.</summary>
internal sealed class EscapedText
{
    private readonly List<byte> _bytes;
    private readonly List<(int From, int To)> _letters;

    /// <param name="bytes">UTF-8.</param>
    /// <param name="letters">From where to before where each byte stands in the text as it was written.</param>
    public EscapedText(List<byte> bytes, List<(int From, int To)> letters)
    {
        (_bytes, _letters) = (bytes, letters);
        Bytes = [.. bytes];
        Folded = [.. bytes];
        for (var at = 0; at < Folded.Length; at++) Folded[at] = SecretForms.Fold(Folded[at]);
    }

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
    /// <param name="kind">The letter that they begin with: one of <see cref="TextEscapes.Kinds"/>.</param>
    public EscapedText? Unescape(byte kind)
    {
        if (Array.IndexOf(Bytes, kind) < 0) return null;
        var (bytes, letters) = (new List<byte>(_bytes.Count), new List<(int, int)>(_bytes.Count));
        var isChanged = false;
        for (var at = 0; at < Bytes.Length;)
        {
            var (rune, isByte, length) = (default(Rune), false, 0);
            if (Bytes[at] == kind) length = TextEscapes.Read(Bytes.AsSpan(at), out rune, out isByte);
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
}
