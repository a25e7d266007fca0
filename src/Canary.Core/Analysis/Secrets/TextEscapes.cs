using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Canary.Core.Analysis.Secrets;

/// <summary>
/// Escapes of one letter or byte: of addresses (<c>%2F</c>), JSON and programs (<c>\u002f</c>, <c>\x2f</c>, <c>\057</c>), HTML
/// (<c>&amp;sol;</c>) and mail (<c>=2F</c>).
/// </summary>
internal static class TextEscapes
{
    private const string Latin1 =
        "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute "
        + "micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring "
        + "AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml "
        + "times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil "
        + "egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash "
        + "ugrave uacute ucirc uuml yacute thorn yuml";

    private static readonly FrozenDictionary<string, Rune> _entities = Entities().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What escapes begin with.</summary>
    public static ReadOnlySpan<byte> Kinds => "%\\&="u8;

    /// <summary>How many bytes the escape takes at the front of these; 0: none is there.</summary>
    /// <param name="rest">UTF-8.</param>
    /// <param name="rune">What it stands for.</param>
    /// <param name="isByte"><paramref name="rune"/> is one byte of UTF-8, not a letter.</param>
    public static int Read(ReadOnlySpan<byte> rest, out Rune rune, out bool isByte)
    {
        (rune, isByte) = (default, false);
        if (rest.Length < 2) return 0;
        switch (rest[0])
        {
            case (byte)'%' or (byte)'=' when Hex(rest, 1, 2) is { } value:
                (rune, isByte) = (new Rune(value), true);
                return 3;
            case (byte)'%' when rest[1] == 'u':
                return Unit(rest, out rune);
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
            case (byte)'u' when rest.Length > 2 && rest[2] == '{':
                return Braces(rest, out rune);
            case (byte)'u':
                return Unit(rest, out rune);
            case (byte)'U':
                return Hex(rest, 2, 8) is { } code && Rune.TryCreate(code, out rune) ? 10 : 0;
            case (byte)'x' when Hex(rest, 2, 2) is { } value:
                (rune, isByte) = (new Rune(value), true);
                return 4;
            case >= (byte)'0' and <= (byte)'3' when rest.Length > 3 && IsOctal(rest[2]) && IsOctal(rest[3]):
                (rune, isByte) = (new Rune(((rest[1] - '0') * 64) + ((rest[2] - '0') * 8) + rest[3] - '0'), true);
                return 4;
            case var letter when "ntrbfav".IndexOf((char)letter) is var known and >= 0:
                rune = new Rune("\n\t\r\b\f\a\v"[known]);
                return 2;
            // What quotes for a shell or a pattern puts a backslash before all that is no letter.
            case var mark when mark is > 31 and < 127 && !char.IsAsciiLetterOrDigit((char)mark):
                rune = new Rune((char)mark);
                return 2;
            default:
                return 0;
        }
    }

    // A unit of UTF-16, or the two of a pair: \u00e4, %u00e4.
    private static int Unit(ReadOnlySpan<byte> rest, out Rune rune)
    {
        rune = default;
        if (Hex(rest, 2, 4) is not { } unit) return 0;
        if (Rune.TryCreate((char)unit, out rune)) return 6;
        var isPair = rest.Length >= 12 && rest[6] == rest[0] && rest[7] == 'u';
        return isPair && Hex(rest, 8, 4) is { } low && Rune.TryCreate((char)unit, (char)low, out rune) ? 12 : 0;
    }

    private static int Braces(ReadOnlySpan<byte> rest, out Rune rune)
    {
        rune = default;
        var end = rest[..Math.Min(rest.Length, 10)].IndexOf((byte)'}');
        return end > 3 && Hex(rest, 3, end - 3) is { } code && Rune.TryCreate(code, out rune) ? end + 1 : 0;
    }

    private static int Entity(ReadOnlySpan<byte> rest, out Rune rune)
    {
        rune = default;
        var end = rest[..Math.Min(rest.Length, 12)].IndexOf((byte)';');
        if (end < 2) return 0;
        var name = Encoding.ASCII.GetString(rest[1..end]);
        if (_entities.TryGetValue(name, out rune)) return end + 1;
        if (name[0] != '#') return 0;
        var isHex = name.StartsWith("#x", StringComparison.OrdinalIgnoreCase);
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return int.TryParse(name[(isHex ? 2 : 1)..], style, CultureInfo.InvariantCulture, out var code) && Rune.TryCreate(code, out rune)
            ? end + 1 : 0;
    }

    private static IEnumerable<KeyValuePair<string, Rune>> Entities()
    {
        (string Name, char Letter)[] others =
        [
            ("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("Tab", '\t'), ("NewLine", '\n'), ("excl", '!'),
            ("num", '#'), ("dollar", '$'), ("percnt", '%'), ("lpar", '('), ("rpar", ')'), ("ast", '*'), ("plus", '+'),
            ("comma", ','), ("hyphen", '-'), ("dash", '-'), ("period", '.'), ("sol", '/'), ("colon", ':'), ("semi", ';'),
            ("equals", '='), ("quest", '?'), ("commat", '@'), ("lsqb", '['), ("lbrack", '['), ("bsol", '\\'), ("rsqb", ']'),
            ("rbrack", ']'), ("Hat", '^'), ("lowbar", '_'), ("grave", '`'), ("lcub", '{'), ("lbrace", '{'), ("verbar", '|'),
            ("vert", '|'), ("rcub", '}'), ("rbrace", '}'), ("euro", '€'),
        ];
        return others.Select(one => KeyValuePair.Create(one.Name, new Rune(one.Letter)))
            .Concat(Latin1.Split(' ').Select((name, at) => KeyValuePair.Create(name, new Rune(160 + at))));
    }

    private static bool IsOctal(byte letter) => letter is >= (byte)'0' and <= (byte)'7';

    private static int? Hex(ReadOnlySpan<byte> bytes, int from, int length)
    {
        if (bytes.Length < from + length) return null;
        var value = 0;
        foreach (var one in bytes.Slice(from, length))
        {
            if (!char.IsAsciiHexDigit((char)one)) return null;
            value = (value * 16) + EncodedRuns.Digit(one);
        }

        return value;
    }
}
