using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Canary.Core.Analysis.Conditions.Values;

/// <summary>Times as Go reads and writes them, by a layout that shows how Monday the 2nd of January 2006, 15:04:05, would look. Zones by
/// name are not known, but for UTC and GMT.</summary>
internal static class GoLayout
{
    // Longer ones first: the first that fits is taken. Behind each what .NET calls it.
    private static readonly (string Go, string Net)[] Parts =
    [
        ("January", "MMMM"), ("Jan", "MMM"), ("Monday", "dddd"), ("Mon", "ddd"), ("2006", "yyyy"), ("Z07:00", "K"), ("-07:00", "zzz"),
        ("-0700", "zzz"), ("MST", "'UTC'"),
        ("PM", "tt"), ("pm", "tt"), ("01", "MM"), ("02", "dd"), ("03", "hh"), ("04", "mm"), ("05", "ss"), ("06", "yy"), ("15", "HH"),
        ("_2", "d"),
        ("1", "M"), ("2", "d"), ("3", "h"), ("4", "m"), ("5", "s"),
    ];

    // date, time, both, RFC 3339, RFC 822, RFC 850 and RFC 1123: what date() reads without a layout.
    private static readonly string[] Known =
    [
        "2006-01-02", "15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04:05Z07:00", "02 Jan 06 15:04 MST",
        "Monday, 02-Jan-06 15:04:05 MST", "Mon, 02 Jan 2006 15:04:05 MST",
    ];

    /// <summary>By one of the layouts that need not be named.</summary>
    public static DateTimeOffset? Read(string text) => Known.Select(layout => Read(text, layout)).FirstOrDefault(at => at is not null);

    public static DateTimeOffset? Read(string text, string layout)
    {
        var net = Translate(layout);
        // Go reads a fraction of a second also where the layout has none.
        var formats = net.Contains("ss", StringComparison.Ordinal) && !net.Contains('f', StringComparison.OrdinalIgnoreCase)
            ? new[] { net, net.Replace("ss", "ss.FFFFFFF", StringComparison.Ordinal) } : [net];
        // A time of day alone is one of the first day, and not of today.
        var isTimeAlone = !net.Contains("yy", StringComparison.Ordinal);
        var dated = (isTimeAlone ? "0001-01-01 " : "") + text.Replace("GMT", "UTC", StringComparison.Ordinal);
        if (isTimeAlone) formats = [.. formats.Select(format => "yyyy-MM-dd " + format)];
        try
        {
            return DateTimeOffset.TryParseExact(dated, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static string Write(DateTimeOffset at, string layout)
    {
        var text = at.ToString(Translate(layout), CultureInfo.InvariantCulture);
        if (layout.Contains("Z07:00", StringComparison.Ordinal) && at.Offset == TimeSpan.Zero)
            text = text.Replace("+00:00", "Z", StringComparison.Ordinal);
        return layout.Contains("-0700", StringComparison.Ordinal)
            ? text.Replace(at.ToString("zzz", CultureInfo.InvariantCulture), at.ToString("zzz", CultureInfo.InvariantCulture)
                .Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal) : text;
    }

    private static string Translate(string layout)
    {
        var net = new StringBuilder();
        for (var at = 0; at < layout.Length;)
        {
            var rest = layout.AsSpan(at);
            if (Fraction(rest) is { Length: > 0 } fraction)
            {
                net.Append(fraction);
                at += fraction.Length;
                continue;
            }

            var part = Array.Find(Parts, one => layout.AsSpan(at).StartsWith(one.Go, StringComparison.Ordinal));
            net.Append(part.Go is null ? Literal(layout[at]) : part.Net);
            at += part.Go?.Length ?? 1;
        }

        // A format of one letter means another thing in .NET.
        return net.Length == 1 ? "%" + net : net.ToString();
    }

    private static string Literal(char letter) => letter is '\'' or '\\' ? $"\\{letter}" : $"'{letter}'";

    private static string Fraction(ReadOnlySpan<char> layout)
    {
        if (layout.Length < 2 || layout[0] is not ('.' or ',') || layout[1] is not ('0' or '9')) return "";
        var end = 1;
        while (end < layout.Length && layout[end] == layout[1] && end < 8) end++;
        return end < layout.Length && char.IsAsciiDigit(layout[end]) ? "" : layout[0] + new string(layout[1] == '0' ? 'f' : 'F', end - 1);
    }
}
