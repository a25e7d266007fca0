using System;
using System.Globalization;
using System.Security;
using System.Text;

namespace Canary.JudgeBenchmark.Output;

/// <summary>A drawing. Numbers are written with one decimal, so that the file is the same everywhere.</summary>
internal sealed class SvgPage
{
    private readonly StringBuilder _text = new();

    public SvgPage(double width, double height, string title)
    {
        Line(
            $"""<svg xmlns="http://www.w3.org/2000/svg" width="{width:0}" height="{height:0}" viewBox="0 0 {width:0} {height:0}" font-family="sans-serif" font-size="11">""");
        Line($"<title>{Escaped(title)}</title>");
        Line($"""<rect width="{width:0}" height="{height:0}" fill="#ffffff"/>""");
        Text(12, 22, title, size: 15, isBold: true);
    }

    public void Text(double x, double y, string text, string anchor = "start", double size = 11, string colour = "#222222",
        bool isBold = false) =>
        Line(
            $"""<text x="{x:0.0}" y="{y:0.0}" text-anchor="{anchor}" font-size="{size:0}" fill="{colour}"{(isBold ? " font-weight=\"bold\"" : "")}>{Escaped(text)}</text>""");

    /// <summary>A text that is read from below, which ends at its place.</summary>
    public void Upright(double x, double y, string text) =>
        Line($"""<text x="{x:0.0}" y="{y:0.0}" fill="#222222" transform="rotate(-45 {x:0.0} {y:0.0})">{Escaped(text)}</text>""");

    public void Box(double x, double y, double width, double height, string colour) =>
        Line($"""<rect x="{x:0.0}" y="{y:0.0}" width="{width:0.0}" height="{height:0.0}" fill="{colour}"/>""");

    public void Stroke(double x, double y, double toX, double toY, string colour, double width = 1) =>
        Line($"""<line x1="{x:0.0}" y1="{y:0.0}" x2="{toX:0.0}" y2="{toY:0.0}" stroke="{colour}" stroke-width="{width:0.0}"/>""");

    public void Dot(double x, double y, string colour) => Line($"""<circle cx="{x:0.0}" cy="{y:0.0}" r="3" fill="{colour}"/>""");

    public void Path(ReadOnlySpan<(double X, double Y)> points, string colour, double width)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in points) path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "" : " ")}{x:0.0},{y:0.0}");
        Line($"""<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:0.0}"/>""");
    }

    public override string ToString() => $"{_text}</svg>\n";

    private static string Escaped(string text) => SecurityElement.Escape(text);

    private void Line(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
