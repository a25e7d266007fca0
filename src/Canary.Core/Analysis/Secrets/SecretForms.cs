using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Canary.Core.Analysis.Secrets;

/// <summary>One value of a Secret in the forms in which it may come back.</summary>
internal sealed class SecretForms
{
    private const ulong Radix = 1_000_003;

    // Fewer letters of Base64 stand in many a word.
    private const int ShortestBase64 = 5;

    private readonly byte[] _value;
    private readonly byte[] _folded;
    private readonly byte[][] _base64 = [];
    private readonly int _piece;
    private readonly Dictionary<ulong, List<int>> _pieces = [];

    public SecretForms(string value)
    {
        _value = Encoding.UTF8.GetBytes(value);
        // A line break at the end is no part of what is found: it would be any blank that comes after.
        _folded = [.. Encoding.UTF8.GetBytes(value.Trim()).Select(Fold)];
        if (_folded.Length < SecretRedaction.ShortestSought) return;
        _base64 = [.. Base64(_value).Where(form => form.Length >= ShortestBase64)];
        _piece = Piece(_folded.Length);
        for (var at = 0; at + _piece <= _folded.Length; at++)
        {
            var hash = Hash(_folded.AsSpan(at, _piece));
            if (!_pieces.TryGetValue(hash, out var places)) _pieces[hash] = places = [];
            if (places.Count < 8) places.Add(at);
        }
    }

    /// <summary>A letter in one case; what stands for a blank in a form or on one line is a blank, and Base64Url is Base64.</summary>
    public static byte Fold(byte letter) => letter switch
    {
        >= (byte)'A' and <= (byte)'Z' => (byte)(letter + 32),
        (byte)'+' or (byte)'-' or (byte)'\n' or (byte)'\r' or (byte)'\t' => (byte)' ',
        (byte)'_' => (byte)'/',
        _ => letter,
    };

    /// <summary>The text is this value and nothing else.</summary>
    public bool IsWhole(ReadOnlySpan<byte> text) => text.SequenceEqual(_value);

    /// <summary>Says where the value is, in one of its forms, as letters of the text.</summary>
    public void Find(EscapedText text, Action<int, int> found)
    {
        if (_piece == 0) return;
        FindPieces(text, found);
        foreach (var form in _base64) FindBase64(text, form, found);
    }

    // Most of a short value; of a long one twelve bytes, of which nobody can guess the rest, and which no other word has by chance.
    private static int Piece(int length) => length < 8 ? length : length < 16 ? Math.Max(6, (length * 3 + 3) / 4) : 12;

    private void FindPieces(EscapedText text, Action<int, int> found)
    {
        var folded = text.Folded;
        if (folded.Length < _piece) return;
        var highest = 1UL;
        for (var power = 1; power < _piece; power++) highest *= Radix;
        var hash = Hash(folded.AsSpan(0, _piece));
        for (var at = 0; ; at++)
        {
            if (_pieces.TryGetValue(hash, out var places) && IsOneOf(places, folded.AsSpan(at, _piece)))
            {
                var (from, to) = text.Letters(at, at + _piece);
                found(from, to);
            }

            if (at + _piece >= folded.Length) return;
            hash = ((hash - (folded[at] * highest)) * Radix) + folded[at + _piece];
        }
    }

    private bool IsOneOf(List<int> places, ReadOnlySpan<byte> piece)
    {
        foreach (var place in places)
            if (piece.SequenceEqual(_folded.AsSpan(place, _piece))) return true;
        return false;
    }

    private static void FindBase64(EscapedText text, byte[] form, Action<int, int> found)
    {
        for (var at = 0; at + form.Length <= text.Folded.Length;)
        {
            var next = text.Folded.AsSpan(at).IndexOf(form);
            if (next < 0) return;
            var (first, last) = (at + next, at + next + form.Length);
            at = last;
            // What stands beside it in the same code holds the edges of the value, and what it was sent with.
            while (first > 0 && EncodedRuns.IsBase64(text.Bytes[first - 1])) first--;
            while (last < text.Bytes.Length && EncodedRuns.IsBase64(text.Bytes[last])) last++;
            var (from, to) = text.Letters(first, last);
            found(from, to);
        }
    }

    // The letters that depend on the value alone, for each of the three places in a group of three bytes where it may begin.
    private static IEnumerable<byte[]> Base64(byte[] value)
    {
        for (var offset = 0; offset < 3; offset++)
        {
            var text = Convert.ToBase64String([.. new byte[offset], .. value]);
            var from = (offset * 8 + 5) / 6;
            var to = (offset + value.Length) * 8 / 6;
            if (to > from) yield return [.. Encoding.ASCII.GetBytes(text[from..to]).Select(Fold)];
        }
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 0UL;
        foreach (var one in bytes) hash = (hash * Radix) + one;
        return hash;
    }
}
