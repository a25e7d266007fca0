using System;
using System.IO;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Canary.Terminal;

/// <summary>A terminal as one picture that is painted over and over. It has the whole terminal to itself, and gives it back as it
/// was.</summary>
/// <remarks>
/// Not Spectre's live display: that counts the rows of its last picture, which are others after the terminal was made narrower, and cuts
/// off the head of one that is higher than the terminal.
/// </remarks>
public sealed class Screen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";

    private readonly TextWriter _output;
    private readonly Func<(int Width, int Height)> _size;
    private readonly Func<TextWriter, int, IAnsiConsole> _canvas;
    private bool _isLeft;

    /// <param name="output">The terminal.</param>
    /// <param name="size">Its columns and rows now.</param>
    /// <param name="canvas">A console with its colours that writes elsewhere, so wide.</param>
    public Screen(TextWriter output, Func<(int Width, int Height)> size, Func<TextWriter, int, IAnsiConsole> canvas)
    {
        (_output, _size, _canvas) = (output, size, canvas);
        _output.Write(Enter);
        _output.Flush();
    }

    /// <summary>Paints a picture that is made for the columns and rows that there are. What does not fit is named in the last row; the head
    /// is never cut off.</summary>
    public void Paint(Func<int, int, IRenderable> draw)
    {
        if (_isLeft) return;
        var (width, height) = _size();
        var rows = TerminalConsole.Render(_canvas, draw(width, height), width);
        var shown = Math.Min(rows.Length, height);
        _output.Write("\e[H");
        for (var row = 0; row < shown; row++)
        {
            var isCut = row == height - 1 && rows.Length > height;
            _output.Write(isCut ? $"… {rows.Length - height + 1} more rows: make the terminal higher" : rows[row]);
            _output.Write(row == shown - 1 ? "\e[K" : "\e[K\r\n");
        }

        _output.Write("\e[J");
        _output.Flush();
    }

    /// <summary>Gives the terminal back.</summary>
    public void Dispose()
    {
        if (_isLeft) return;
        _isLeft = true;
        _output.Write(Leave);
        _output.Flush();
    }
}
