using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Canary.Testing;

namespace Canary.Cli.Tests.Pages.Reference;

/// <summary>The page of a program: its commands with their arguments and options, from the tree that reads the command line.</summary>
internal sealed partial class CommandPage
{
    private readonly StringBuilder _text = new();
    private readonly string _program;

    private CommandPage(string program) => _program = program;

    /// <param name="root">The program's commands; a description with a sentence <c>Exit codes:</c>.</param>
    /// <param name="program">As a user types it.</param>
    /// <param name="source">Where the commands are declared.</param>
    public static string Print(RootCommand root, string program, string source)
    {
        var page = new CommandPage(program);
        page.PrintHead(root, source);
        // A command without options and arguments of its own starts another program, which has its own page.
        foreach (var command in root.Subcommands.Where(IsOwn)) page.PrintCommand(command);
        return page._text.ToString();
    }

    private void PrintHead(RootCommand root, string source)
    {
        var parts = root.Description!.Split("Exit codes:", 2);
        _text.Append($"# {_program}\n\n{OneLine(parts[0])}\n\n");
        _text.Append($"Generated from the commands in `{source}`. Do not edit this page: `make reference` writes it again.\n\n");
        _text.Append("| command | what it does |\n|---|---|\n");
        foreach (var command in root.Subcommands)
        {
            var name = IsOwn(command) ? $"[`{Name(command)}`](#{Name(command).Replace(' ', '-')})" : $"`{Name(command)}`";
            _text.Append($"| {name} | {ReferencePage.Cell(command.Description!)} |\n");
        }

        _text.Append("\n## Exit codes\n\n| code | meaning |\n|---|---|\n");
        foreach (Match match in ExitCode().Matches(OneLine(parts[1])))
            _text.Append($"| {match.Groups[1].Value} | {ReferencePage.Cell(match.Groups[2].Value)} |\n");
    }

    private void PrintCommand(Command command)
    {
        _text.Append($"\n## {Name(command)}\n\n{Sentence(command.Description)}\n");
        _text.Append(
            $"\n```\n{Name(command)}{string.Concat(command.Arguments.Select(argument => $" {Usage(argument)}"))} [options]\n```\n");
        if (command.Arguments.Count > 0) _text.Append("\n| argument | meaning |\n|---|---|\n");
        foreach (var argument in command.Arguments)
            _text.Append(
                $"| `{Placeholder(argument)}` "
                    + $"| {ReferencePage.Cell($"{Sentence(argument.Description)}{Choices(argument.GetCompletions(CompletionContext.Empty))}")} |\n");
        if (command.Options.Count > 0) _text.Append("\n| option | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var option in command.Options.Where(option => !option.Hidden)) _text.Append(Row(option));
    }

    private static string Row(Option option)
    {
        var names = string.Join(", ", new[] { option.Name }.Concat(option.Aliases).Distinct().Select(name => $"`{name}`"));
        var value = option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0 ? ""
            : option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant();
        var required = option.Required ? " (required)" : "";
        var standard = option.HasDefaultValue && value.Length > 0
            ? Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture) ?? "" : "";
        // A folder that each run makes anew has another name on each machine.
        if (standard.StartsWith(Path.GetTempPath(), StringComparison.Ordinal)) standard = "a temporary folder";
        return $"| {names}{required} | {ReferencePage.Code(value)} | {ReferencePage.Code(standard)} | "
            + $"{ReferencePage.Cell(Sentence(option.Description))} |\n";
    }

    private static bool IsOwn(Command command) => command.Options.Count + command.Arguments.Count > 0;

    private static string Sentence(string? text) => $"{text?.TrimEnd('.')}.";

    private string Name(Command command) => $"{_program} {command.Name}";

    private static string Usage(Argument argument) => argument.Arity switch
    {
        { MinimumNumberOfValues: 0, MaximumNumberOfValues: > 1 } => $"[{Placeholder(argument)}]...",
        { MinimumNumberOfValues: 0 } => $"[{Placeholder(argument)}]",
        { MaximumNumberOfValues: > 1 } => $"{Placeholder(argument)}...",
        _ => Placeholder(argument),
    };

    private static string Placeholder(Argument argument) => (argument.HelpName ?? argument.Name).ToUpperInvariant();

    private static string Choices(IEnumerable<CompletionItem> items) =>
        string.Join(", ", items.Select(item => $"`{item.Label}`")) is { Length: > 0 } text ? $" One of {text}." : "";

    private static string OneLine(string text) => Space().Replace(text, " ").Trim();

    [GeneratedRegex(@"(\d+) ([^;]+?)(?=[;.]\s*(?:\d|$)|$)")]
    private static partial Regex ExitCode();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
