using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text.RegularExpressions;
using Canary.Core.Units;
using Canary.Http;
using Microsoft.Extensions.Logging;

namespace Canary.Controller.Options;

/// <summary>Reads the options from the command line and the environment, and finds everything that is wrong with them at once.</summary>
internal sealed partial class OptionReader
{
    private readonly Dictionary<string, (string Value, string Origin)> given = new(StringComparer.Ordinal);
    private readonly List<string> errors = [];

    private OptionReader(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var option in OptionTable.All)
        {
            if (environment.TryGetValue(option.Variable, out var value) && value.Length > 0) given[option.Name] = (value, option.Variable);
        }

        for (var index = 0; index < arguments.Count; index++)
        {
            var word = arguments[index];
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word : word[..equals];
            if (OptionTable.All.All(option => option.Name != name))
            {
                errors.Add(Unknown(name));
                // What follows is the value that it was meant to have.
                if (equals < 0 && name.StartsWith('-') && index + 1 < arguments.Count && !arguments[index + 1].StartsWith('-')) index++;
            }
            else if (equals >= 0) given[name] = (word[(equals + 1)..], name);
            else if (index + 1 == arguments.Count) errors.Add($"{name}: a value is missing");
            else given[name] = (arguments[++index], name);
        }
    }

    /// <param name="arguments">What follows <c>run</c>.</param>
    /// <param name="environment">Environment variables.</param>
    /// <returns>The options, or everything that is wrong.</returns>
    public static (ControllerOptions? Options, IReadOnlyList<string> Errors) Read(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var reader = new OptionReader(arguments, environment);
        var options = reader.Bind();
        return reader.errors.Count > 0 ? (null, reader.errors) : (options, []);
    }

    private ControllerOptions Bind() => new(
        File(OptionTable.KubeConfig),
        Text(OptionTable.Entry),
        Label(OptionTable.Namespace),
        Url(OptionTable.Prometheus),
        EndPoint(OptionTable.MetricsAddress),
        Label(OptionTable.LeaseNamespace),
        Label(OptionTable.LeaseName) ?? "",
        Text(OptionTable.Identity),
        OneOf(OptionTable.LogFormat, new Dictionary<string, LogFormat> { ["text"] = LogFormat.Text, ["json"] = LogFormat.Json }),
        OneOf(
            OptionTable.LogLevel,
            new Dictionary<string, LogLevel>
            {
                ["trace"] = LogLevel.Trace,
                ["debug"] = LogLevel.Debug,
                ["information"] = LogLevel.Information,
                ["warning"] = LogLevel.Warning,
                ["error"] = LogLevel.Error,
            }),
        Number(OptionTable.Workers, 1, 256))
    {
        TemplateAddresses = Addresses(OptionTable.TemplateAddresses),
        AlertTokenFile = Text(OptionTable.AlertTokenFile),
        Alertmanager = Url(OptionTable.Alertmanager),
        // Alertmanager knows which alerts are silenced. Prometheus beside it does not, and would let the silenced ones count all the same.
        AsksPrometheusForAlerts = given.ContainsKey(OptionTable.AlertsFromPrometheus.Name) ? AlertsFromPrometheus() : !given.ContainsKey(OptionTable.Alertmanager.Name),
        AlertPollInterval = Duration(OptionTable.AlertPollInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
    };

    private bool AlertsFromPrometheus()
    {
        var isAsked = OneOf(OptionTable.AlertsFromPrometheus, new Dictionary<string, bool> { ["true"] = true, ["false"] = false });
        if (isAsked && !given.ContainsKey(OptionTable.Prometheus.Name))
            errors.Add($"{given[OptionTable.AlertsFromPrometheus.Name].Origin}: found 'true', and there is no Prometheus to ask: {OptionTable.Prometheus.Name} ({OptionTable.Prometheus.Variable}) is missing");
        return isAsked;
    }

    private string? Text(OptionDefinition option)
    {
        if (!given.TryGetValue(option.Name, out var found)) return option.Default;
        if (found.Value.Length > 0) return found.Value;
        errors.Add($"{found.Origin}: found an empty value");
        return null;
    }

    private string? File(OptionDefinition option)
    {
        if (Text(option) is not { } path) return null;
        if (!System.IO.File.Exists(path)) Wrong(option, path, "the path of a file that exists");
        return path;
    }

    private string? Label(OptionDefinition option)
    {
        if (Text(option) is not { } text) return null;
        if (text.Length > 63 || !DnsLabel().IsMatch(text)) Wrong(option, text, "a name of at most 63 lower case letters, digits and '-'");
        return text;
    }

    private Uri? Url(OptionDefinition option)
    {
        if (Text(option) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.UserInfo.Length == 0) return url;
        Wrong(option, text, "an address such as http://prometheus.monitoring:9090, with a path if need be, without a user or a query");
        return null;
    }

    private AddressRules Addresses(OptionDefinition option)
    {
        var (rules, wrong) = AddressRules.Read(Text(option) ?? "");
        foreach (var entry in wrong) Wrong(option, entry, "*, a host, .example.com, an IP address or a network such as 10.0.0.0/8, with commas between");
        return rules ?? AddressRules.Default;
    }

    private IPEndPoint EndPoint(OptionDefinition option)
    {
        var text = Text(option) ?? "";
        // IPEndPoint.TryParse would take an address without a port.
        if (PortAtEnd().IsMatch(text) && IPEndPoint.TryParse(text.StartsWith(':') ? "0.0.0.0" + text : text, out var endPoint)) return endPoint;
        Wrong(option, text, "an IP address and a port, such as 0.0.0.0:8080, [::]:8080 or :8080");
        return new IPEndPoint(IPAddress.Any, 0);
    }

    private int Number(OptionDefinition option, int least, int most)
    {
        var text = Text(option) ?? "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Wrong(option, text, $"a whole number from {least} to {most}");
        return least;
    }

    private TimeSpan Duration(OptionDefinition option, TimeSpan least, TimeSpan most)
    {
        var text = Text(option) ?? "";
        if (GoDuration.TryParse(text, out var length, out _) && length >= least && length <= most) return length;
        Wrong(option, text, $"a duration from {GoDuration.Format(least)} to {GoDuration.Format(most)}");
        return least;
    }

    private T OneOf<T>(OptionDefinition option, Dictionary<string, T> allowed)
    {
        var text = Text(option) ?? "";
        if (allowed.TryGetValue(text.ToLowerInvariant(), out var value)) return value;
        Wrong(option, text, string.Join(", ", allowed.Keys));
        return allowed.Values.First();
    }

    private void Wrong(OptionDefinition option, string found, string allowed) =>
        errors.Add($"{(given.TryGetValue(option.Name, out var value) ? value.Origin : option.Name)}: found {Quote(found)}, allowed is {allowed}");

    private static string Unknown(string word)
    {
        if (!word.StartsWith('-')) return $"found {Quote(word)} where an option was expected";
        return word.Length < 60 && OptionTable.Nearest(word) is { } name ? $"{word}: there is no such option, did you mean {name}?" : $"{Quote(word).Trim('\'')}: there is no such option";
    }

    /// <summary>A text as a message quotes it: on one line, and not longer than a line.</summary>
    public static string Quote(string text)
    {
        var plain = string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
        return plain.Length > 100 ? $"'{plain[..100]}...'" : $"'{plain}'";
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(":[0-9]{1,5}$")]
    private static partial Regex PortAtEnd();
}
