using System;
using System.Globalization;
using Spectre.Console;

namespace Canary.Terminal;

/// <summary>The canary's share of the traffic as a bar.</summary>
public static class WeightBar
{
    private const int Longest = 100;
    private const int Room = 24;

    /// <param name="applied">What the routes show; null: they differ, or cannot be read.</param>
    /// <param name="desired">What the step in force asks for.</param>
    /// <param name="width">Columns that there are.</param>
    public static Markup Draw(double? applied, double? desired, int width)
    {
        var length = Math.Clamp(width - Room, 10, Longest);
        var filled = (int)Math.Round((applied ?? 0) * length / 100);
        var wanted = desired is { } aim && aim != applied ? string.Create(CultureInfo.InvariantCulture, $" [yellow]→ {aim:0.##} %[/]") : "";
        var shown = applied is { } weight ? string.Create(CultureInfo.InvariantCulture, $"{weight:0.##} %") : "the routes differ";
        return new Markup($"[yellow]{new string('█', filled)}[/][grey]{new string('░', length - filled)}[/] [bold]{shown}[/]{wanted}");
    }
}
