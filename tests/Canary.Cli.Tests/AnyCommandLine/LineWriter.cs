using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;

namespace Canary.Cli.Tests.AnyCommandLine;

/// <summary>Writes command lines by lot from what a command offers: its words, its options, and values that fit, nearly fit or do
/// not.</summary>
/// <param name="commands">Each command with the words that name it and its options.</param>
/// <param name="values">Values that are of interest beside the odd ones, such as names and paths, each with the options and arguments that
/// take it.</param>
/// <param name="seed">The same seed, the same lines.</param>
internal sealed class LineWriter(IReadOnlyList<LineWriter.Form> commands, IReadOnlyDictionary<string, IReadOnlyList<string>> values,
    int seed)
{
    private static readonly string[] _odd =
    [
        "", " ", "-", "--", "---", "-x", "-1", "0", "1", "2", "1.5", "abc", "1e308", "-1e308", "1e-320", "NaN", "Infinity", "-Infinity",
        "999999999999999999999", "9223372036854775807",
        "-2147483648", "0x10", "1_000", "1,5", "30s", "1h", "0s", "1ns", "-1h", "99999999h", "87600h", "1.5h", "1h-5m", "\u0663",
        "\U0001F4A5", "e\u0301", "\u202Eabc", "\ufeff", "\ud800", "a\0b", "a\nb",
        "\u001b[31m", new string('a', 300), new string('\u00e9', 5000), "/", ".", "..", "a/b", "a/b/c", "a//b", "/dev/null", "nowhere.yaml",
        "~", "http://", "http://[::1", "http://127.0.0.1:1",
        "http://user:word@127.0.0.1:1/a?b=c#d", "ftp://127.0.0.1", "https://127.0.0.1:1", ":0", "127.0.0.1:0", "127.0.0.1:99999", "a=b",
        "=", "=b", "a=", "a=b=c", "json", "yaml", "wide", "name", "text", "svg",
        "true", "false", "True", "yes", "all", "none", "v1", "@nowhere", "@", "[suggest]", "[diagram]", "[parse]", "%s%n", "{0}",
        "{{args.x}}", "${HOME}", "`id`", "'", "\"", "a b", "A", "UPPER", "x_y", "x-", "-n",
        "2026-01-31T12:00:00Z", "0001-01-01", "9999-12-31", "2026-02-30", "now", "a,b", "a in (b)", "!!", "==", "promote", "get", "help",
        "version", "?", "*",
    ];

    private static readonly string[] OddOptions = ["--bogus", "--ful", "--wach", "-q", "--", "-", "--no-such=1", "--help=1", "--=", "-=",
        "-AAA", "-nA", "--version", "--Help", "-\U0001F4A5", "--kubeconfi", "/h", "--namespace"];

    private readonly Random _random = new(seed);

    /// <summary>A command, the words that name it, and its options with whether they take a value.</summary>
    public sealed record Form(IReadOnlyList<string> Words, IReadOnlyList<(string Name, bool TakesValue)> Options,
        IReadOnlyList<string> Arguments, IReadOnlyList<string> Required);

    /// <summary>Every command of a command line, the root and the groups among them.</summary>
    public static IReadOnlyList<Form> FormsOf(Command command, IReadOnlyList<string>? words = null)
    {
        words ??= [];
        var options = command.Options.SelectMany(option => option.Aliases.Append(option.Name)
            .Select(name => (name, option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool)))).ToArray();
        string[] required = [.. command.Options.Where(option => option.Required).Select(option => option.Name)];
        return [new Form(words, options, [.. command.Arguments.Select(argument => argument.Name)], required),
            .. command.Subcommands.SelectMany(one => FormsOf(one, [.. words, one.Name]))];
    }

    /// <summary>A line of this command: every other one is as it should be, but for one value or option.</summary>
    public string[] Next(Form form) => _random.Next(2) == 0 ? Fitting(form) : Odd(form);

    private string[] Fitting(Form form)
    {
        List<string> line = [.. form.Words, .. form.Arguments.Select(Fit)];
        foreach (var name in form.Required) line.AddRange([name, Fit(name)]);
        foreach (var (name, takesValue) in form.Options.Where(option => option.Name.StartsWith("--", StringComparison.Ordinal)
            && option.Name is not ("--help" or "--version")))
        {
            if (_random.Next(3) > 0 || line.Contains(name)) continue;
            line.Add(name);
            if (takesValue) line.Add(Fit(name));
        }

        if (_random.Next(3) == 0) AddOption(line, form);
        else if (_random.Next(2) == 0 && line.Count > form.Words.Count) line[_random.Next(form.Words.Count, line.Count)] = Value();
        return [.. line];
    }

    private string Fit(string name) => values.TryGetValue(name, out var fitting) ? fitting[_random.Next(fitting.Count)] : Value();

    private string[] Odd(Form form)
    {
        var line = new List<string>();
        for (var left = _random.Next(0, 3); left > 0; left--) line.Add(Value());
        for (var left = _random.Next(0, 5); left > 0; left--) AddOption(line, form);
        // Mostly the words come first, as people write them.
        if (_random.Next(20) > 0) line.InsertRange(0, form.Words);
        else foreach (var word in form.Words) line.Insert(_random.Next(0, line.Count + 1), word);
        if (_random.Next(12) == 0 && line.Count > 0) line.RemoveAt(_random.Next(line.Count));
        if (_random.Next(12) == 0 && line.Count > 0) line.Insert(_random.Next(line.Count), line[_random.Next(line.Count)]);
        return [.. line];
    }

    public Form Any() => commands[_random.Next(commands.Count)];

    private void AddOption(List<string> line, Form form)
    {
        if (form.Options.Count == 0 || _random.Next(8) == 0)
        {
            line.Insert(_random.Next(0, line.Count + 1), OddOptions[_random.Next(OddOptions.Length)]);
            return;
        }

        var (name, takesValue) = form.Options[_random.Next(form.Options.Count)];
        switch (_random.Next(6))
        {
            case 0: line.Add($"{name}={Value()}"); break;
            // Without its value, or with one that it does not take.
            case 1 when takesValue: line.Add(name); break;
            case 1: line.AddRange([name, Value()]); break;
            default:
                line.Add(name);
                if (takesValue) line.Add(Value());
                break;
        }
    }

    private string Value() =>
        _random.Next(2) == 0 && values.Values.ElementAt(_random.Next(values.Count)) is var some ? some[_random.Next(some.Count)]
        : _odd[_random.Next(_odd.Length)];
}
