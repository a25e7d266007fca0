using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Canary.Core.Validation;

namespace Canary.Core.Analysis;

/// <summary>Names metrics by a name or a regular expression, which must match the whole name.</summary>
internal sealed class MetricPattern
{
    private readonly Regex _form;

    private MetricPattern(Regex form) => _form = form;

    public bool Holds(string name) => _form.IsMatch(name);

    /// <summary>The pattern; null, with the reason in <paramref name="problems"/>, where it cannot be read. One that names no metric is a typing error more often than not, and is said too.</summary>
    public static MetricPattern? Read(string owner, string path, string text, IReadOnlyList<MetricSpec> metrics, ICollection<SpecError> problems)
    {
        MetricPattern pattern;
        try
        {
            pattern = new(new Regex($@"\A(?:{text})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            problems.Add(new(path, $"{owner}: \"{text}\" is neither the name of a metric nor a regular expression: {exception.Message}"));
            return null;
        }

        if (!metrics.Any(metric => pattern.Holds(metric.Name)))
            problems.Add(new(path, $"{owner}: \"{text}\" names no metric; there are {string.Join(", ", metrics.Select(metric => metric.Name))}"));
        return pattern;
    }
}
