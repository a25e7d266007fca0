using System;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Cli.Reading;
using Canary.Terminal;

namespace Canary.Cli.Watching;

/// <summary>The picture of <c>canary status</c>, painted anew as things change and as time passes; its last state stays in the
/// terminal.</summary>
internal sealed class RolloutScreen(CommandIo io) : IRolloutDisplay
{
    private readonly Screen _screen = TerminalConsole.Open();
    private RolloutDetails? _last;

    public TimeSpan? Tick => TimeSpan.FromSeconds(1);

    public Task ShowAsync(RolloutDetails details, WaitAnswer answer)
    {
        _last = details;
        var now = io.Time.GetUtcNow();
        _screen.Paint((width, _) => RolloutPicture.Draw(details, now, width));
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _screen.Dispose();
        var last = _last;
        _last = null;
        if (last is not null)
            TerminalConsole.Write(io.Output, width => RolloutPicture.Draw(last, io.Time.GetUtcNow(), width));
    }
}
