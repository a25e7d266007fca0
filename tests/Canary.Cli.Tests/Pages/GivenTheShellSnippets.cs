using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Canary.Cli.Commands;
using Canary.Cli.Io;
using Canary.Sandbox.Commands;
using Canary.Usage;
using NUnit.Framework;

namespace Canary.Cli.Tests.Pages;

/// <summary>Every command that the pages show: a shell can read it, canary knows its options, and what it names is in the
/// repository.</summary>
public sealed partial class GivenTheShellSnippets
{
    private static IEnumerable<TestCaseData> Blocks() =>
        Snippet.All.Where(snippet => snippet.Language == "sh")
        .Select(snippet => new TestCaseData(snippet.Text).SetArgDisplayNames(snippet.ToString()));

    [Test]
    public void WhenABlockIsFenced_ThenItsLanguageIsOneThatIsTested() =>
        Assert.That(Snippet.All.Where(snippet => snippet.Language is not ("sh" or "yaml" or "promql" or ""))
            .Select(snippet => $"{snippet}: {snippet.Language}"), Is.Empty);

    [TestCaseSource(nameof(Blocks))]
    public async Task WhenItIsGivenToAShell_ThenItCanBeRead(string block)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-n", "-c", block]) { RedirectStandardError = true })!;
        var error = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();

        Assert.That((shell.ExitCode, error), Is.EqualTo((0, "")));
    }

    [TestCaseSource(nameof(Blocks))]
    public void WhenItCallsCanary_ThenTheCommandLineIsRight(string block) =>
        Assert.That(ShellLine.CommandsOf(block, "canary")
            .SelectMany(words => Errors(words[1..]).Select(error => $"{string.Join(' ', words)}: {error}")), Is.Empty);

    [TestCaseSource(nameof(Blocks))]
    public void WhenItNamesATargetOrAFile_ThenItIsThere(string block)
    {
        var targets = File.ReadAllText(Path.Combine(Snippet.Root, "Makefile"));
        var missing = ShellLine.CommandsOf(block, "make").Select(words => words[1])
            .Where(target => !Regex.IsMatch(targets, $"^{Regex.Escape(target)}:", RegexOptions.Multiline))
            .Concat(Paths().Matches(block).Select(match => match.Value).Where(path => !Path.Exists(Path.Combine(Snippet.Root, path))));

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void WhenTheReadmeListsTheCommands_ThenTheyAreThoseThatThereAreWithTheirOptions()
    {
        var root = RootCommands.Create(new CommandIo(TextWriter.Null, TextWriter.Null, TimeProvider.System));
        var rows = File.ReadAllLines(Path.Combine(Snippet.Root, "README.md"))
            .Where(line => line.StartsWith("| `canary ", StringComparison.Ordinal)).ToArray();
        var shown = rows.SelectMany(row => Shown().Matches(row.Split(" | ")[0]).Select(match => match.Groups[1].Value)).ToArray();

        Assert.That(shown.Select(text => text.Split(' ')[0]), Is.SupersetOf(root.Subcommands.Select(command => command.Name)));
        Assert.That(shown.SelectMany(text => Options().Matches(text).Select(match => (Command: Find(root, text), Option: match.Value))
            .Where(one => !Has(one.Command, one.Option)).Select(one => $"{text}: {one.Option}")), Is.Empty);
    }

    private static Command Find(RootCommand root, string text) => text.Split(' ') switch
    {
        ["sandbox", var name, ..] => SandboxCommandLine.Create().Subcommands.Single(command => command.Name == name),
        ["sandbox" or "controller" or "demo"] => root,
        [var name, ..] => root.Subcommands.Single(command => command.Name == name),
        [] => root,
    };

    private static bool Has(Command command, string option) =>
        command.Options.Any(one => one.Name == option || one.Aliases.Contains(option));

    // A word of the shell stands for a value that fits: it is the shell's to put it there.
    private static IReadOnlyList<string> Errors(string[] words) => SiblingExecutable.Find(words) switch
    {
        { Executable: "canary-sandbox" } sandbox =>
            UsageErrors.Find(SandboxCommandLine.Create().Parse(sandbox.Arguments, UsageErrors.Reading), "canary sandbox"),
        null =>
            UsageErrors.Find(RootCommands.Create(new CommandIo(TextWriter.Null, TextWriter.Null, TimeProvider.System))
                .Parse(words, UsageErrors.Reading), "canary"),
        _ => [],
    };

    [GeneratedRegex(@"(?<![\w/.-])(deploy|analysis-templates|scripts|docs)/[\w./-]*")]
    private static partial Regex Paths();

    [GeneratedRegex("`canary ([^`]*)`")]
    private static partial Regex Shown();

    [GeneratedRegex(@"(?<![\w-])--?[a-zA-Z][\w-]*")]
    private static partial Regex Options();
}
