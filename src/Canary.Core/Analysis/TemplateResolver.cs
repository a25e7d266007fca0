using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Analysis;

/// <summary>Makes a run of templates and arguments: replaces <c>{{args.name}}</c> in every field, reads the fields, and says all that is wrong.</summary>
public static class TemplateResolver
{
    /// <summary>The run, or everything that keeps it from being made.</summary>
    public static TemplateResolution Resolve(TemplateRequest request)
    {
        var problems = new List<SpecError>(Given(request));
        if (request.Templates.Count == 0) problems.Add(new("templates", "there is no template; name one at least"));
        var metrics = Read(request, isComplete: true, problems);
        return problems.Count == 0 ? new TemplateResolution.Resolved(new RunSpec(metrics)) : new TemplateResolution.Invalid([.. problems]);
    }

    /// <summary>What is wrong with a template by itself. Fields that hang on an argument without a default are left for later, but their conditions must parse.</summary>
    /// <param name="template">The template.</param>
    /// <param name="builtIn">What the engine gives; the values do not count.</param>
    public static EquatableArray<SpecError> Check(AnalysisTemplateSpec template, EquatableArray<Argument> builtIn)
    {
        var problems = new List<SpecError>();
        Read(new TemplateRequest([template], [], builtIn, [], MustEnd: false), isComplete: false, problems);
        return [.. problems];
    }

    private static EquatableArray<MetricSpec> Read(TemplateRequest request, bool isComplete, List<SpecError> problems)
    {
        var metrics = new List<MetricSpec>();
        var owners = new Dictionary<string, string>();
        foreach (var template in request.Templates)
        {
            var scope = new ArgumentScope(template, request, isComplete);
            problems.AddRange(Twice(template));
            if (template.Metrics.Count == 0) problems.Add(new("spec.metrics", $"{template.Title} has no metric; it needs one at least"));
            for (var index = 0; index < template.Metrics.Count; index++)
            {
                var metric = template.Metrics[index];
                var fields = new FieldReader(template.Title, metric.Name, $"spec.metrics[{index}]", scope, problems);
                if (metric.Name.Length == 0) fields.Refuse("name", "it is empty; a metric needs a name");
                else if (!owners.TryAdd(metric.Name, template.Title)) fields.Refuse("name", $"the name is taken by a metric of {owners[metric.Name]}; names are unique in a run");
                metrics.Add(new MetricReader(fields, request, isComplete).Read(metric));
            }

            problems.AddRange(scope.Missing());
        }

        return [.. metrics];
    }

    private static IEnumerable<SpecError> Given(TemplateRequest request)
    {
        var declared = request.Templates.SelectMany(template => template.Arguments).Select(argument => argument.Name).Distinct().ToArray();
        for (var index = 0; index < request.Arguments.Count; index++)
        {
            var argument = request.Arguments[index];
            if (request.Arguments.Take(index).Any(other => other.Name == argument.Name)) yield return new($"args[{index}].name", $"the argument \"{argument.Name}\" is given twice");
            if (!declared.Contains(argument.Name))
            {
                yield return new($"args[{index}].name", $"no template declares an argument \"{argument.Name}\"; "
                    + (declared.Length == 0 ? "none is declared" : $"declared are {string.Join(", ", declared)}"));
            }

            if (argument.Value is null) yield return new($"args[{index}].value", $"the argument \"{argument.Name}\" has no value");
        }
    }

    private static IEnumerable<SpecError> Twice(AnalysisTemplateSpec template) => template.Arguments
        .Select((argument, index) => (argument.Name, Index: index))
        .Where(argument => template.Arguments.Take(argument.Index).Any(other => other.Name == argument.Name))
        .Select(argument => new SpecError($"spec.args[{argument.Index}].name", $"{template.Title} declares the argument \"{argument.Name}\" twice"));
}
