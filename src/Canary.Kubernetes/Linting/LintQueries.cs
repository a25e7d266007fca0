using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Stores;

namespace Canary.Kubernetes.Linting;

/// <summary>The queries of the templates in files, as far as they can be known without a rollout: an argument that gets its value later has
/// a stand-in that fits where it stands.</summary>
public static class LintQueries
{
    /// <summary>A query and where it stands.</summary>
    /// <param name="Query">As it is sent.</param>
    /// <param name="Finding">Says something of it, at its file, line and field.</param>
    public sealed record Located(MetricQuery Query, Func<string, LintFinding> Finding);

    /// <summary>Every query of every template and AnalysisRun that can be read; what cannot is what <see cref="OfflineLint"/>
    /// says.</summary>
    public static IReadOnlyList<Located> Collect(IReadOnlyList<LintSource> sources, DateTimeOffset at) =>
    [
        .. Resolved(sources).SelectMany(one => one.Run.Metrics.SelectMany((metric, index) =>
            new[] { MetricQueries.For(metric, "", at, out _), MetricQueries.SamplesOf(metric, "", at),
                MetricQueries.BaselineOf(metric, "", at) }
                .OfType<MetricQuery>()
                .Select(query => new Located(query, message => one.Document.Finding($"spec.metrics[{index}].provider", message))))),
    ];

    /// <summary>The metrics whose window holds too few scrapes.</summary>
    public static IReadOnlyList<LintFinding> Scrapes(IReadOnlyList<LintSource> sources, TimeSpan interval) =>
    [
        .. Resolved(sources).SelectMany(one => one.Run.Metrics.SelectMany((metric, index) =>
            ScrapeCheck.Check(new RunSpec([metric]), interval)
            .Select(problem => one.Document.Finding($"spec.metrics[{index}].provider", $"{problem.Path}: {problem.Message}")))),
    ];

    private static IEnumerable<(LintDocument Document, RunSpec Run)> Resolved(IReadOnlyList<LintSource> sources)
    {
        foreach (var document in LintReader.Read(sources).Documents.Where(one => one.IsOurs
            && one.Kind is ("AnalysisTemplate" or "ClusterAnalysisTemplate" or "AnalysisRun")))
        {
            var (template, errors) = TemplateMapping.Read(document.Root);
            if (errors.Count == 0 && Resolve(template, document.Root) is { } run) yield return (document, run);
        }
    }

    private static RunSpec? Resolve(AnalysisTemplateSpec template, JsonObject document)
    {
        var text = (document["spec"]?.ToJsonString() ?? "").Replace("\\u0022", "\"", StringComparison.Ordinal);
        // A Secret stays a placeholder, which a server would take for a part of the query: inside a string it is one.
        var whole = template with
        {
            Includes = [],
            Arguments = template.Arguments.Select(argument => argument is { Value: null }
                ? new Argument(argument.Name, StandIn(argument.Name, text)) : argument).ToEquatableArray(),
        };
        var subject = RedPreset.All.SelectMany(preset => preset.Placeholders).Distinct().Select(name => new Argument(name, "x"))
            .ToEquatableArray();
        var builtIn = TemplateReading.BuiltIn.Select(name => new Argument(name, "x")).ToEquatableArray();
        var request = new TemplateRequest([whole], [], builtIn, subject,
            false)
        { StableSubject = [.. subject.Select(one => one with { Value = "y" })] };
        return TemplateResolver.Resolve(request) is TemplateResolution.Resolved resolved ? resolved.Run : null;
    }

    /// <summary>A duration where it stands in a range, a word where it is a part of a name, and a number everywhere else: that is a value
    /// of a label too.</summary>
    internal static string StandIn(string name, string text)
    {
        var isPart = false;
        for (var at = text.IndexOf("{{", StringComparison.Ordinal); at >= 0; at = text.IndexOf("{{", at + 2, StringComparison.Ordinal))
        {
            var end = text.IndexOf("}}", at, StringComparison.Ordinal);
            if (end < 0 || text[(at + 2)..end].Trim() != $"args.{name}") continue;
            var before = text[..at].TrimEnd();
            if (before.EndsWith('[') || before.EndsWith(" offset", StringComparison.Ordinal)
                || (before.EndsWith(':') && before.LastIndexOf('[') > before.LastIndexOf(']'))) return "1m";
            isPart |= IsLetter(text, at - 1) || IsLetter(text, end + 2);
        }

        return isPart ? "x" : "1";
    }

    private static bool IsLetter(string text, int at) =>
        at >= 0 && at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_');
}
