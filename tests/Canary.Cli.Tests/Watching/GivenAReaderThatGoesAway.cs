using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using NUnit.Framework;

namespace Canary.Cli.Tests.Watching;

/// <summary>As <c>canary status --watch | head -1</c>: nothing is written any more that somebody reads.</summary>
[CancelAfter(60_000)]
public sealed class GivenAReaderThatGoesAway
{
    private static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    [TestCase("status checkout --watch")]
    [TestCase("wait checkout --for promoted")]
    public async Task WhenNothingChangesAfterwards_ThenTheCommandEndsAllTheSame(string line)
    {
        await using var cluster = await SmallCluster.StartAsync(Cancel);
        await cluster.SayAsync("Paused", "3333", "2222", Cancel);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "canary"),
            $"{line} -n default --kubeconfig {cluster.Kubeconfig}")
        { RedirectStandardOutput = true };
        using var command = Process.Start(start)!;
        try
        {
            Assert.That(await command.StandardOutput.ReadLineAsync(Cancel), Does.Contain("Paused"));

            command.StandardOutput.Close();

            await command.WaitForExitAsync(Cancel);
            Assert.That(command.ExitCode, Is.EqualTo((int)ExitCode.Interrupted));
        }
        finally
        {
            if (!command.HasExited) command.Kill();
        }
    }
}
