using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>
/// Before the first test: the commands are built where they are not there or something has changed since, and the programs that the tests
/// start are unpacked. <c>make test</c> has done both already; <c>dotnet test</c> on a fresh clone has not.
/// </summary>
[SetUpFixture]
public sealed class PublishedCommands
{
    [OneTimeSetUp]
    public async Task Publish()
    {
        if (Environment.GetEnvironmentVariable("CANARY_BIN") is not null) return;
        await RunAsync("scripts/publish.sh", "Release", "artifacts/canary");
        await RunAsync("scripts/tools.sh", "prometheus", "prometheus-alertmanager");
    }

    private static async Task RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(RepositoryFolder.PathTo(script.Split('/')), arguments)
        {
            WorkingDirectory = RepositoryFolder.Root,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{script}: {said}");
    }
}
