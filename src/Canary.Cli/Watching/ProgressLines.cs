using System;
using System.Globalization;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Reading;
using Canary.Terminal;

namespace Canary.Cli.Watching;

/// <summary>A line a change, with the time: for logs and pipes.</summary>
internal sealed class ProgressLines(CommandIo io) : IRolloutDisplay
{
    private string _last = "";

    public TimeSpan? Tick => null;

    public void Dispose()
    {
        // Every line is whole.
    }

    public async Task ShowAsync(RolloutDetails details, WaitAnswer answer)
    {
        var line = Line(details);
        if (line == _last) return;
        _last = line;
        await io.Output.WriteLineAsync($"{io.Time.GetUtcNow():HH:mm:ss} {line}");
    }

    /// <summary><c>Progressing 2/6 weight 5: step 2 of 6: weight 5, paused for 10m</c>, or what is to be seen first.</summary>
    internal static string Line(RolloutDetails details)
    {
        if (details.Problem is { } problem) return problem;
        if (UnseenChanges.Describe(details) is { } unseen)
            return details.Phase.Length == 0 ? unseen : $"{unseen} (before it: {details.Phase})";
        var step = StepLine.Short(details.Rollout);
        var weight = (double?)details.Rollout["status"]?["weights"]?["applied"] is { } applied
            ? string.Create(CultureInfo.InvariantCulture, $" weight {applied:0.##}") : "";
        return $"{details.Phase}{(step.Length == 0 ? "" : " " + step)}{weight}: {ShortNumber.Shorten(details.Message)}";
    }
}
