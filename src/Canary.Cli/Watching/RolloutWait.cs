using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Reading;
using Canary.Terminal;

namespace Canary.Cli.Watching;

/// <summary>Waits for a goal, shows what happens meanwhile, and ends with the exit code that answers.</summary>
internal sealed class RolloutWait(RolloutReader reader, WaitGoal goal, CommandIo io)
{
    /// <param name="timeout">How long; null: for ever.</param>
    /// <param name="display">Where it is shown.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<ExitCode> RunAsync(TimeSpan? timeout, IRolloutDisplay display, CancellationToken cancel)
    {
        // A screen is left before anything is said of it, and after an interrupt as well.
        using var shown = display;
        using var limit = timeout is { } length ? new CancellationTokenSource(length, io.Time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var waiter = new Waiter(goal);
        WaitAnswer answer = new WaitAnswer.Waiting("the Rollout could not be read");
        try
        {
            await foreach (var details in new RolloutFeed(reader, io.Time, display.Tick).ReadAsync(either.Token))
            {
                // An old answer answers nothing.
                answer = details.Problem is { } problem ? new WaitAnswer.Waiting(problem) : waiter.See(details);
                await display.ShowAsync(details, answer);
                if (answer is WaitAnswer.Reached) return ExitCode.Done;
                if (answer is not WaitAnswer.Failed failed) continue;
                display.Dispose();
                await io.Error.WriteLineAsync(
                    $"error: rollout {reader.Name} is not {Text}: {ShortNumber.Shorten(failed.Reason)}");
                return ExitCode.Failed;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            display.Dispose();
            var last = answer is WaitAnswer.Waiting waiting ? waiting.Reason : "";
            await io.Error.WriteLineAsync(
                $"error: rollout {reader.Name} is not {Text} within {TimeoutOption.Text(timeout!.Value)}: {ShortNumber.Shorten(last)}");
            return ExitCode.TimedOut;
        }

        display.Dispose();
        await io.Error.WriteLineAsync($"error: rollout {reader.Name} was deleted");
        return ExitCode.NotFound;
    }

    private string Text => goal switch
    {
        WaitGoal.Healthy => "healthy",
        WaitGoal.Promoted => "promoted",
        WaitGoal.Paused => "paused",
        WaitGoal.RolledBack => "rolled back",
        WaitGoal.Observed => "observed",
    };
}
