using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using Canary.Cli.Commands;
using Canary.Cli.Io;
using Canary.Sandbox.Commands;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Cli.Tests.Pages.Reference;

/// <summary>The reference pages of the commands, generated from the trees that read the command lines.</summary>
public sealed class GivenTheCommands
{
    private static readonly RootCommand Canary = RootCommands.Create(new CommandIo(TextWriter.Null, TextWriter.Null, TimeProvider.System));

    [Test]
    public void WhenThePageOfCanaryIsRead_ThenItSaysWhatTheCommandTakes() =>
        ReferencePage.AssertIs("cli.md", CommandPage.Print(Canary, "canary", "src/Canary.Cli/Commands"));

    [Test]
    public void WhenThePageOfTheSandboxIsRead_ThenItSaysWhatTheCommandTakes() =>
        ReferencePage.AssertIs("sandbox-cli.md",
            CommandPage.Print(SandboxCommandLine.Create(), "canary sandbox", "the sandbox's folder Commands"));

    [Test]
    public void WhenAnExitCodeIsPrinted_ThenItIsOneThatTheCommandEndsWith()
    {
        var page = CommandPage.Print(Canary, "canary", "");

        var printed = page.Split('\n').Select(line => line.Split('|')).Where(cells => cells.Length > 2 && int.TryParse(cells[1], out _))
            .Select(cells => int.Parse(cells[1]));

        Assert.That(printed, Is.EquivalentTo(Enum.GetValues<ExitCode>().Select(code => (int)code)));
    }

    [Test]
    public void WhenAnOptionIsShown_ThenItIsDescribed() =>
        Assert.That(
            Canary.Subcommands.Concat(SandboxCommandLine.Create().Subcommands).SelectMany(command => command.Options)
            .Where(option => string.IsNullOrEmpty(option.Description)).Select(option => option.Name),
            Is.Empty);
}
