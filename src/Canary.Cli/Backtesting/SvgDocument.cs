using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security;
using System.Text;

namespace Canary.Cli.Backtesting;

/// <summary>An SVG that stands by itself, in light and in dark. Lengths are in pixels.</summary>
internal sealed class SvgDocument
{
    private const string Style = """
        text{font:12px sans-serif;fill:#333}.title{font-size:14px;font-weight:bold}.tick{font-size:11px;fill:#666}
        .end{text-anchor:end}.middle{text-anchor:middle}
        .frame{fill:none;stroke:#999}.grid{stroke:#ddd}.one{stroke:#333}.raise{stroke:#666;stroke-dasharray:2 3}
        .line{fill:none;stroke:#2563eb;stroke-width:1.5}.limit{stroke:#b45309;stroke-dasharray:5 4}
        .successful{fill:#16a34a}.failed{fill:#dc2626}.inconclusive{fill:#d97706}.error{fill:#7c3aed}
        .low{fill:none;stroke:#0e7490;stroke-width:1.5}.lows{fill:#0e7490;opacity:.25}
        .high{fill:none;stroke:#a21caf;stroke-width:1.5}.highs{fill:#a21caf;opacity:.25}
        @media (prefers-color-scheme:dark){svg{background:#111}text{fill:#ddd}.tick{fill:#aaa}
        .frame{stroke:#666}.grid{stroke:#333}.one{stroke:#ddd}.raise{stroke:#999}.line{stroke:#60a5fa}.limit{stroke:#f59e0b}
        .low{stroke:#22d3ee}.lows{fill:#22d3ee}.high{stroke:#e879f9}.highs{fill:#e879f9}}
        """;

    private readonly StringBuilder _text = new();

    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="label">What it shows, for a screen reader.</param>
    public SvgDocument(int width, int height, string label) => _text.Append(CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" "
            + $"aria-label=\"{Escaped(label)}\"><style>{Style}</style>");

    /// <summary>A line of text from its left end on; by <c>end</c> or <c>middle</c> to its right end, or around its middle.</summary>
    public void Text(double x, double y, string style, string text) => Add($"<text{Class(style)} x=\"{x:0.#}\" y=\"{y:0.#}\">")
        .Append(Escaped(text)).Append("</text>");

    public void Line(string style, double x1, double y1, double x2, double y2, string tooltip = "") =>
        Close(Add($"<line{Class(style)} x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\""), "line", tooltip);

    public void Rectangle(string style, double x, double y, double width, double height, string tooltip = "") =>
        Close(Add($"<rect{Class(style)} x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\""), "rect", tooltip);

    public void Frame(PlotArea area) => Rectangle("frame", area.X, area.Y, area.Width, area.Height);

    public void Polyline(string style, IEnumerable<(double X, double Y)> points) => Shape("polyline", style, points);

    public void Polygon(string style, IEnumerable<(double X, double Y)> points) => Shape("polygon", style, points);

    /// <summary>What is drawn with one tooltip.</summary>
    public void Group(string style, string tooltip, Action draw)
    {
        Add($"<g{Class(style)}><title>").Append(Escaped(tooltip)).Append("</title>");
        draw();
        _text.Append("</g>");
    }

    /// <summary>A time, to the minute.</summary>
    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>All of it.</summary>
    public string Render() => $"{_text}</svg>\n";

    private void Shape(string name, string style, IEnumerable<(double X, double Y)> points) =>
        Add($"<{name}{Class(style)} points=\"").AppendJoin(' ',
            points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}"))).Append("\"/>");

    private void Close(StringBuilder text, string name, string tooltip)
    {
        if (tooltip.Length == 0) text.Append("/>");
        else text.Append("><title>").Append(Escaped(tooltip)).Append("</title></").Append(name).Append('>');
    }

    private static string Class(string style) => style.Length == 0 ? "" : $" class=\"{style}\"";

    private StringBuilder Add(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture));

    private static string Escaped(string text) => SecurityElement.Escape(text);
}

/// <summary>The place of a diagram in it.</summary>
/// <param name="X">Its left side.</param>
/// <param name="Y">Its top.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal readonly record struct PlotArea(double X, double Y, double Width, double Height)
{
    public double Right => X + Width;

    public double Bottom => Y + Height;
}
