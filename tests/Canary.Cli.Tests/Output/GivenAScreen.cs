using System.IO;
using System.Linq;
using Canary.Terminal;
using NUnit.Framework;
using Spectre.Console;

namespace Canary.Cli.Tests.Output;

public sealed class GivenAScreen
{
    private (int Width, int Height) _size = (20, 5);

    [Test]
    public void WhenAPictureIsHigherThanTheTerminal_ThenItsHeadStaysAndTheRestIsCounted()
    {
        var output = new StringWriter();
        using var screen = new Screen(output, () => _size, TerminalConsole.Plain);

        screen.Paint((_, _) => new Text("a\nb\nc\nd\ne\nf\ng"));

        Assert.That(Rows(output), Is.EqualTo(new[] { "a", "b", "c", "d", "… 3 more rows: make the terminal higher" }));
    }

    [Test]
    public void WhenTheTerminalChangesItsSize_ThenTheNextPictureIsMadeForIt()
    {
        var output = new StringWriter();
        using var screen = new Screen(output, () => _size, TerminalConsole.Plain);
        screen.Paint((width, _) => new Text(new string('x', width)));
        output.GetStringBuilder().Clear();
        _size = (8, 5);

        screen.Paint((width, _) => new Text(new string('x', width)));

        Assert.That(Rows(output), Is.EqualTo(new[] { "xxxxxxxx" }));
    }

    [Test]
    public void WhenItIsLeft_ThenTheTerminalIsAsItWasAndNothingIsPaintedAnyMore()
    {
        var output = new StringWriter();
        var screen = new Screen(output, () => _size, TerminalConsole.Plain);
        screen.Dispose();
        screen.Dispose();
        screen.Paint((_, _) => new Text("late"));

        Assert.That(output.ToString(), Is.EqualTo("\e[?1049h\e[?25l\e[?25h\e[?1049l"));
    }

    private static string[] Rows(StringWriter output) =>
        [.. output.ToString().Split("\e[H").Last().Replace("\e[K", "").Replace("\e[J", "").Split("\r\n")];
}
