using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;

namespace Canary.Usage;

/// <summary>An error of System.CommandLine in the words of a user, who knows no type of .NET.</summary>
internal static class ParseErrorText
{
    /// <summary>The sentence; null: it is told by <see cref="UsageErrors"/> as a word that is not known.</summary>
    public static string? For(ParseError error, ParseResult parsed, string program)
    {
        var command = parsed.CommandResult;
        var path = UsageErrors.Path(command, program);
        return (error.SymbolResult, error.Message) switch
        {
            (_, var text) when text.StartsWith("Unrecognized command or argument", StringComparison.Ordinal) => null,
            // The word that was meant as the command is told.
            (_, var text) when text.StartsWith("Required command was", StringComparison.Ordinal) && parsed.UnmatchedTokens.Count > 0 =>
                null,
            (_, var text) when text.StartsWith("Required command was not provided", StringComparison.Ordinal) =>
                $"a command of {path} is missing; there are {string.Join(", ", command.Command.Subcommands.Select(one => one.Name))}",
            (OptionResult option, var text) => OfOption(option, text),
            (ArgumentResult { Parent: OptionResult option }, var text) => OfOption(option, text),
            (ArgumentResult argument, var text) when text.StartsWith("Required argument", StringComparison.Ordinal) =>
                Missing(path, argument.Argument),
            (CommandResult, var text) when text.StartsWith("Required argument", StringComparison.Ordinal) =>
                Missing(path, command.Command.Arguments.FirstOrDefault()),
            (_, var text) => text.Trim(),
        };
    }

    private static string Missing(string path, Argument? argument) =>
        argument is null ? $"{path} lacks a word" : $"{path} needs {argument.Name}: {argument.Description}";

    private static string OfOption(OptionResult result, string text)
    {
        var (option, name) = (result.Option, result.IdentifierToken?.Value ?? result.Option.Name);
        return text switch
        {
            _ when text.StartsWith("Required argument missing", StringComparison.Ordinal) => $"{name} needs a value: {option.Description}",
            _ when text.EndsWith("is required.", StringComparison.Ordinal) => $"{option.Name} is missing: {option.Description}",
            _ when text.Contains("expects a single argument", StringComparison.Ordinal) =>
                $"{name} is given {result.IdentifierTokenCount} times, allowed is once",
            _ when text.StartsWith("Cannot parse argument", StringComparison.Ordinal) =>
                $"{name}: found {Found(result)}, allowed is {Allowed(option.ValueType)}: {option.Description}",
            _ when text.Contains("Must be one of", StringComparison.Ordinal) =>
                $"{name}: found {Found(result)}, allowed "
                    + "are "
                    + string.Join(", ", text.Split('\n').Skip(1).Select(line => line.Trim().Trim('\'')).Where(line => line.Length > 0)),
            _ when text.Contains("cannot be combined", StringComparison.Ordinal) =>
                $"{name} stands alone: nothing else is allowed beside it",
            _ => text.Trim(),
        };
    }

    private static string Found(OptionResult result) => UsageErrors.Quote(result.Tokens.LastOrDefault()?.Value ?? "");

    private static string Allowed(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var one when one == typeof(bool) => "true or false",
        var one when one == typeof(int) || one == typeof(long) => "a whole number",
        var one when one == typeof(double) => "a number",
        _ => "something else",
    };
}
