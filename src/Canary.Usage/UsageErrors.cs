using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Patterns;

namespace Canary.Usage;

/// <summary>Everything that is wrong with a command line, each in a sentence that says what was found and what is allowed.</summary>
public static class UsageErrors
{
    /// <summary>How a command line is read: a word that begins with @ is a word, and no file of further words.</summary>
    public static ParserConfiguration Reading { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>The <see cref="Option.HelpName"/> of an option whose value may be any text, also one that looks like an option.</summary>
    public const string AnyText = "TEXT";

    /// <summary>What is wrong; empty: nothing is, or the line asks for help.</summary>
    /// <param name="parsed">The line as it was read.</param>
    /// <param name="program">Name of the program, as the user types it.</param>
    public static IReadOnlyList<string> Find(ParseResult parsed, string program)
    {
        if (parsed.Errors.Count == 0 && parsed.Action is { ClearsParseErrors: true }) return [];
        var command = parsed.CommandResult;
        var (options, words) = Unknown(parsed, Path(command, program));
        SymbolResult?[] lacking = [.. WithoutValue(command).Select(one => one.Option)];
        // The word behind an option that is none was meant as its value.
        return [.. options.Concat(options.Count > 0 ? [] : words.Take(command.Command.Subcommands.Count > 0 ? 1 : words.Count))
            .Concat(WithoutValue(command).Select(lacking => lacking.Text))
            .Concat(parsed.Errors.Where(error => !lacking.Contains(error.SymbolResult))
                .Select(error => ParseErrorText.For(error, parsed, program)).OfType<string>()).Distinct()];
    }

    /// <summary>Prints the help of the command, and below it what is wrong.</summary>
    public static async Task TellAsync(ParseResult parsed, IReadOnlyList<string> errors, string program, TextWriter error,
        CancellationToken cancel)
    {
        var help = new InvocationConfiguration { Output = error, Error = error };
        await parsed.RootCommandResult.Command.Parse([.. Names(parsed.CommandResult), "--help"], Reading).InvokeAsync(help, cancel);
        foreach (var one in errors) await error.WriteLineAsync($"error: {one}");
    }

    /// <summary>A text as a message quotes it: on one line, and not longer than a line.</summary>
    public static string Quote(string text)
    {
        var plain =
            string.Concat(text.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) && text.Length == 1 ? '?' : letter));
        return plain.Length > 100 ? $"'{plain[..100]}...'" : $"'{plain}'";
    }

    /// <summary>The command as a user types it.</summary>
    internal static string Path(CommandResult command, string program) => string.Join(' ', Names(command).Prepend(program));

    private static IReadOnlyList<string> Names(CommandResult command) =>
        command.Parent is CommandResult parent ? [.. Names(parent), command.Command.Name] : [];

    private static (List<string> Options, List<string> Words) Unknown(ParseResult parsed, string path)
    {
        var (options, words) = (new List<string>(), new List<string>());
        var command = parsed.CommandResult.Command;
        var known = command.Options.SelectMany(option => option.Aliases.Append(option.Name)).ToList();
        // A name never begins with a dash: what does and stands in the place of one is an option that does not exist.
        var swallowed = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .Select(token => token.Value).Where(IsOption);
        foreach (var word in swallowed.Concat(parsed.UnmatchedTokens))
        {
            if (IsOption(word))
                options.Add($"there is no option {Quote(word)} of {path}{DidYouMean(word.Split('=')[0], known)}");
            else if (command.Subcommands.Count > 0)
                words.Add($"there is no command {Quote(word)} of {path}{DidYouMean(word, command.Subcommands.Select(one => one.Name))}");
            else words.Add($"{Quote(word)} is a word too many: {path} takes {Taken(command)}");
        }

        return (options, words);
    }

    /// <summary>Options whose value is the next option, since their own is missing.</summary>
    private static IEnumerable<(OptionResult Option, string Text)> WithoutValue(CommandResult command) =>
        from result in command.Children.OfType<OptionResult>()
        where result.Option.HelpName != AnyText
        from token in result.Tokens
        where token.Value is ['-', '-', _, ..]
        || command.Command.Options.Any(option => option.Name == token.Value || option.Aliases.Contains(token.Value))
        select (result,
            $"{result.IdentifierToken?.Value ?? result.Option.Name} needs a value, and "
                + $"found {Quote(token.Value)}: {result.Option.Description}");

    private static bool IsOption(string word) => word is ['-', _, ..];

    private static string Taken(Command command) =>
        command.Arguments.Count == 0 ? "options and nothing else"
        : string.Join(" ", command.Arguments.Select(argument => argument.Name)) + " and options";

    private static string DidYouMean(string word, IEnumerable<string> known) =>
        NearestWord.Find(word, known) is { } near ? $"; did you mean {near}?" : "";
}
