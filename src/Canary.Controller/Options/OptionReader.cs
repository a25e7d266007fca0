using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.RegularExpressions;
using Canary.Core.Patterns;
using Canary.Core.Units;
using Canary.Http;
using Microsoft.Extensions.Logging;

namespace Canary.Controller.Options;

/// <summary>Reads the options from the command line and the environment, and finds everything that is wrong with them at once.</summary>
internal static partial class OptionReader
{
    // A word that begins with @ is a word, and no file of further words.
    private static readonly ParserConfiguration _reading = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    private delegate void Wrong(string found, string allowed);

    private delegate T Reading<T>(string text, Wrong wrong);

    /// <param name="arguments">What follows <c>run</c>.</param>
    /// <param name="environment">Environment variables.</param>
    /// <returns>The options, or everything that is wrong.</returns>
    public static (ControllerOptions? Options, IReadOnlyList<string> Errors) Read(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var parsed = Declare(environment).Parse(arguments, _reading);
        string[] errors =
        [
            .. Unknown(parsed.UnmatchedTokens),
            .. parsed.Errors.Select(Describe).OfType<string>(),
            .. Contradictions(parsed, environment),
        ];
        return errors.Length > 0 ? (null, errors) : (Bind(parsed), []);
    }

    /// <summary>A text as a message quotes it: on one line, and not longer than a line.</summary>
    public static string Quote(string text)
    {
        var plain = string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
        return plain.Length > 100 ? $"'{plain[..100]}...'" : $"'{plain}'";
    }

    private static Command Declare(IReadOnlyDictionary<string, string> environment)
    {
        var command = new Command("run");
        Add(OptionTable.KubeConfig, ReadFile);
        Add(OptionTable.Entry, ReadText);
        Add(OptionTable.Namespace, ReadLabel);
        Add(OptionTable.Prometheus, ReadUrl);
        Add(OptionTable.TemplateAddresses, ReadAddresses);
        Add(OptionTable.MetricsAddress, ReadEndPoint);
        Add(OptionTable.LeaseNamespace, ReadLabel);
        Add(OptionTable.LeaseName, ReadLabel);
        Add(OptionTable.Identity, ReadText);
        Add(OptionTable.LogFormat, OneOf(("text", LogFormat.Text), ("json", LogFormat.Json)));
        Add(
            OptionTable.LogLevel,
            OneOf(
                ("trace", LogLevel.Trace),
                ("debug", LogLevel.Debug),
                ("information", LogLevel.Information),
                ("warning", LogLevel.Warning),
                ("error", LogLevel.Error)));
        Add(OptionTable.Workers, Number(1, 256));
        Add(OptionTable.AlertTokenFile, ReadText);
        Add(OptionTable.Alertmanager, ReadUrl);
        Add(OptionTable.AlertsFromPrometheus, OneOf<bool?>(("true", true), ("false", false)));
        Add(OptionTable.AlertPollInterval, Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)));
        return command;

        // The last one that is given counts, then the variable, then the default.
        void Add<T>(OptionDefinition definition, Reading<T> read) => command.Options.Add(new Option<T>(definition.Name)
        {
            Description = definition.Description,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result => Parse(definition, read, environment, result)!,
            DefaultValueFactory = result => Parse(definition, read, environment, result)!,
        });
    }

    private static T? Parse<T>(
        OptionDefinition definition, Reading<T> read, IReadOnlyDictionary<string, string> environment, ArgumentResult result)
    {
        var isGiven = result.Tokens.Count > 0;
        var variable = isGiven ? null : Variable(definition, environment);
        var origin = variable is null ? definition.Name : definition.Variable;
        var text = isGiven ? result.Tokens[^1].Value : variable ?? definition.Default;
        if (text is { Length: > 0 })
            return read(text, (found, allowed) => result.AddError($"{origin}: found {Quote(found)}, allowed is {allowed}"));
        if (text is not null) result.AddError($"{origin}: found an empty value");
        return default;
    }

    private static ControllerOptions Bind(ParseResult parsed)
    {
        return new ControllerOptions(
            Value<string?>(OptionTable.KubeConfig),
            Value<string?>(OptionTable.Entry),
            Value<string?>(OptionTable.Namespace),
            Value<Uri?>(OptionTable.Prometheus),
            Value<IPEndPoint>(OptionTable.MetricsAddress),
            Value<string?>(OptionTable.LeaseNamespace),
            Value<string>(OptionTable.LeaseName),
            Value<string?>(OptionTable.Identity),
            Value<LogFormat>(OptionTable.LogFormat),
            Value<LogLevel>(OptionTable.LogLevel),
            Value<int>(OptionTable.Workers))
        {
            TemplateAddresses = Value<AddressRules>(OptionTable.TemplateAddresses),
            AlertTokenFile = Value<string?>(OptionTable.AlertTokenFile),
            Alertmanager = Value<Uri?>(OptionTable.Alertmanager),
            // Alertmanager knows which alerts are silenced. Prometheus beside it does not, and would let the silenced ones count all the
            // same.
            AsksPrometheusForAlerts = Value<bool?>(OptionTable.AlertsFromPrometheus) ?? Value<Uri?>(OptionTable.Alertmanager) is null,
            AlertPollInterval = Value<TimeSpan>(OptionTable.AlertPollInterval),
        };

        T Value<T>(OptionDefinition definition) => parsed.GetValue<T>(definition.Name)!;
    }

    private static IEnumerable<string> Contradictions(ParseResult parsed, IReadOnlyDictionary<string, string> environment)
    {
        var (alerts, prometheus) = (OptionTable.AlertsFromPrometheus, OptionTable.Prometheus);
        if (parsed.GetResult(alerts.Name) is not OptionResult asked
            || asked.Errors.Any()
            || parsed.GetValue<bool?>(alerts.Name) is not true)
            yield break;
        if (parsed.GetResult(prometheus.Name) is OptionResult { Implicit: false } || Variable(prometheus, environment) is not null)
            yield break;
        var origin = asked.Implicit ? alerts.Variable : alerts.Name;
        yield return $"{origin}: found 'true', and there is no Prometheus to ask: {prometheus.Name} ({prometheus.Variable}) is missing";
    }

    private static string? Variable(OptionDefinition definition, IReadOnlyDictionary<string, string> environment) =>
        environment.TryGetValue(definition.Variable, out var value) && value.Length > 0 ? value : null;

    // Null: it is told as a word that is not known.
    private static string? Describe(ParseError error) => error.SymbolResult switch
    {
        OptionResult option when option.Tokens.Count == 0 && !option.Implicit => $"{option.Option.Name}: a value is missing",
        OptionResult or ArgumentResult => error.Message,
        _ => null,
    };

    private static IEnumerable<string> Unknown(IReadOnlyList<string> words)
    {
        for (var index = 0; index < words.Count; index++)
        {
            var name = words[index].Split('=')[0];
            if (!name.StartsWith('-')) yield return $"found {Quote(name)} where an option was expected";
            else if (NearestWord.Find(name, OptionTable.All.Select(option => option.Name)) is { } near)
                yield return $"{name}: there is no such option, did you mean {near}?";
            else yield return $"{Quote(name).Trim('\'')}: there is no such option";
            // What follows is the value that it was meant to have.
            if (name.StartsWith('-') && name == words[index] && index + 1 < words.Count && !words[index + 1].StartsWith('-')) index++;
        }
    }

    private static string? ReadText(string text, Wrong wrong) => text;

    private static string? ReadFile(string text, Wrong wrong)
    {
        if (!File.Exists(text)) wrong(text, "the path of a file that exists");
        return text;
    }

    private static string? ReadLabel(string text, Wrong wrong)
    {
        if (text.Length > 63 || !DnsLabel().IsMatch(text)) wrong(text, "a name of at most 63 lower case letters, digits and '-'");
        return text;
    }

    private static Uri? ReadUrl(string text, Wrong wrong)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            && url.Query.Length == 0
            && url.UserInfo.Length == 0)
            return url;
        wrong(text, "an address such as http://prometheus.monitoring:9090, with a path if need be, without a user or a query");
        return null;
    }

    private static AddressRules? ReadAddresses(string text, Wrong wrong)
    {
        var (rules, others) = AddressRules.Read(text);
        foreach (var entry in others)
            wrong(entry, "*, a host, .example.com, an IP address or a network such as 10.0.0.0/8, with commas between");
        return rules;
    }

    private static IPEndPoint? ReadEndPoint(string text, Wrong wrong)
    {
        // IPEndPoint.TryParse would take an address without a port.
        if (PortAtEnd().IsMatch(text) && IPEndPoint.TryParse(text.StartsWith(':') ? "0.0.0.0" + text : text, out var endPoint))
            return endPoint;
        wrong(text, "an IP address and a port, such as 0.0.0.0:8080, [::]:8080 or :8080");
        return null;
    }

    private static Reading<int> Number(int least, int most) => (text, wrong) =>
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        wrong(text, $"a whole number from {least} to {most}");
        return least;
    };

    private static Reading<TimeSpan> Duration(TimeSpan least, TimeSpan most) => (text, wrong) =>
    {
        if (GoDuration.TryParse(text, out var length, out _) && length >= least && length <= most) return length;
        wrong(text, $"a duration from {GoDuration.Format(least)} to {GoDuration.Format(most)}");
        return least;
    };

    private static Reading<T> OneOf<T>(params (string Name, T Value)[] allowed) => (text, wrong) =>
    {
        foreach (var (name, value) in allowed)
        {
            if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) return value;
        }

        wrong(text, string.Join(", ", allowed.Select(one => one.Name)));
        return allowed[0].Value;
    };

    [GeneratedRegex("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(":[0-9]{1,5}$")]
    private static partial Regex PortAtEnd();
}
