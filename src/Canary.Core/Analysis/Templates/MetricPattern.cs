using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Canary.Core.Patterns;
using Canary.Core.Validation;

namespace Canary.Core.Analysis.Templates;

/// <summary>Names metrics by a regular expression of Go that matches any part of the name, as in Argo Rollouts: <c>errors</c> is
/// <c>errors-5xx</c> too, and <c>^errors$</c> is one metric alone.</summary>
internal sealed class MetricPattern
{
    private readonly Regex _form;

    private MetricPattern(Regex form) => _form = form;

    public bool Holds(string name) => _form.IsMatch(name);

    /// <summary>
    /// The pattern; null, with the reason in <paramref name="problems"/>, where it cannot be read. One that names no metric is a typing
    /// error more often than not, and is refused too, as in Argo Rollouts.
    /// </summary>
    /// <param name="template">Title of the template that has the pattern; null: the analysis has it.</param>
    /// <param name="path">Its field.</param>
    /// <param name="text">The pattern.</param>
    /// <param name="metrics">The metrics that it may name; null: not all of them are known.</param>
    /// <param name="problems">Where it is said what is wrong.</param>
    public static MetricPattern? Read(string? template, string path, string text, IReadOnlyList<MetricSpec>? metrics,
        ICollection<SpecError> problems)
    {
        var owner = template ?? "the analysis";
        var (form, problem) = GoExpression.Compile(text);
        if (form is null)
        {
            problems.Add(
                new(path, $"{owner}: \"{text}\" is neither the name of a metric nor a regular expression: {problem}")
                { Template = template });
            return null;
        }

        var pattern = new MetricPattern(form);
        if (metrics?.Any(metric => pattern.Holds(metric.Name)) is false)
            problems.Add(
                new(path, $"{owner}: \"{text}\" names no metric; there are {string.Join(", ", metrics.Select(metric => metric.Name))}")
                { Template = template });
        return pattern;
    }
}
