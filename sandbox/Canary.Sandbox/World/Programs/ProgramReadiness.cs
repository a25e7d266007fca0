using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Sandbox.World.Programs;

/// <summary>Waits for a program to say that it is ready.</summary>
internal static class ProgramReadiness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <exception cref="TimeoutException">It was not ready in time; the message has what it said last.</exception>
    /// <exception cref="ProgramEndedException">It ended first.</exception>
    public static async Task WaitAsync(ChildProgram program, Uri address, TimeProvider time, CancellationToken cancel)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
        var started = time.GetTimestamp();
        while (true)
        {
            if (program.Exited.IsCompleted) throw new ProgramEndedException(program.Name, await program.Exited, program.LastLines);
            try
            {
                using var answer = await http.GetAsync(address, cancel);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception notYet) when (notYet is HttpRequestException
                || (notYet is TaskCanceledException && !cancel.IsCancellationRequested))
            {
                // It does not listen yet.
            }

            if (time.GetElapsedTime(started) > Patience)
                throw new TimeoutException(
                    $"{program.Name}: {address} was not ready within {Patience.TotalSeconds:0} s. It said "
                        + $"last:{Environment.NewLine}{program.LastLines}");
            await Task.Delay(Look, time, cancel);
        }
    }
}
