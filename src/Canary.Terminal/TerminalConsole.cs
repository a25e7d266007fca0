using System;
using System.IO;
using System.Linq;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Canary.Terminal;

/// <summary>What this process writes to, and what it can show: a terminal of some size, with colours or without, or a file or
/// pipe.</summary>
public static class TerminalConsole
{
    /// <summary>Columns where nobody says how many there are: in a file a line is a line.</summary>
    private const int Endless = 1000;

    /// <summary>Standard output is a terminal that can be painted: not a file or pipe, and not TERM=dumb.</summary>
    public static bool IsScreen => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>The width that text is made for.</summary>
    public static int Width => Console.IsOutputRedirected ? Endless : Size().Width;

    /// <summary>A screen on standard output.</summary>
    public static Screen Open() => new(Console.Out, Size, Like);

    /// <summary>Writes a picture once, in the colours of standard output where it goes there.</summary>
    public static void Write(TextWriter output, Func<int, IRenderable> draw)
    {
        var isConsole = ReferenceEquals(output, Console.Out);
        var width = isConsole ? Width : 120;
        foreach (var row in Render(isConsole ? Like : Plain, draw(width), width)) output.WriteLine(row);
    }

    /// <summary>The rows of a picture, without the spaces at their ends.</summary>
    public static string[] Render(Func<TextWriter, int, IAnsiConsole> canvas, IRenderable picture, int width)
    {
        using var text = new StringWriter();
        canvas(text, width).Write(picture);
        return [.. text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n').Split('\n').Select(row => row.TrimEnd())];
    }

    /// <summary>A console without colours.</summary>
    public static IAnsiConsole Plain(TextWriter output, int width) => Create(output, width, AnsiSupport.No, ColorSystemSupport.NoColors);

    // NO_COLOR leaves bold and the like, and takes the colours.
    private static IAnsiConsole Like(TextWriter output, int width)
    {
        var own = AnsiConsole.Profile.Capabilities;
        var isAnsi = own.Ansi && !Console.IsOutputRedirected;
        return Create(output, width, isAnsi ? AnsiSupport.Yes : AnsiSupport.No, isAnsi ? (ColorSystemSupport)(int)own.ColorSystem
            : ColorSystemSupport.NoColors);
    }

    private static IAnsiConsole Create(TextWriter output, int width, AnsiSupport ansi, ColorSystemSupport colours)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi,
            ColorSystem = colours,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output)
        });
        console.Profile.Width = width;
        // The paths of .NET do not tell a terminal that is not one of UTF-8; nor did the plain text before.
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    private static (int Width, int Height) Size()
    {
        try
        {
            return (Math.Max(Console.WindowWidth, 20), Math.Max(Console.WindowHeight, 5));
        }
        catch (IOException)
        {
            return (80, 24);
        }
    }
}
