using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Judging;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Analysis.Templates;

/// <summary>Makes a run of templates and arguments: replaces <c>{{args.name}}</c> in every field, reads the fields, and says all that is
/// wrong.</summary>
public static class TemplateResolver
{
    /// <summary>The most measurements of a metric that <c>measurementRetention</c> may ask for: they live in the status of one
    /// object.</summary>
    public const int MostRetained = 100;

    /// <summary>The run, or everything that keeps it from being made.</summary>
    public static TemplateResolution Resolve(TemplateRequest request)
    {
        var problems = new List<SpecError>(Given(request));
        if (request.Templates.Count == 0) problems.Add(new("templates", "there is no template; name one at least"));
        var metrics = Read(request, isComplete: true, problems);
        if (problems.Count > 0) return new TemplateResolution.Invalid([.. problems]);
        var run = new RunSpec(metrics) { Score = Score(request, problems) };
        if (problems.Count == 0) problems.AddRange(OutOfReach(run));
        if (problems.Count > 0) return new TemplateResolution.Invalid([.. problems]);
        if (request.Alpha is not { } alpha) return new TemplateResolution.Resolved(run);
        return AlphaSplit.Over(run, [], alpha, out var problem) is { } split
            ? new TemplateResolution.Resolved(split)
            : new TemplateResolution.Invalid([new("spec.metrics[].compare.share", problem)]);
    }

    /// <summary>What is wrong with a template by itself. Fields that hang on an argument without a default are left for later, but their
    /// conditions must parse.</summary>
    /// <param name="template">The template.</param>
    /// <param name="builtIn">What the engine gives; the values do not count.</param>
    public static EquatableArray<SpecError> Check(AnalysisTemplateSpec template, EquatableArray<Argument> builtIn)
    {
        var problems = new List<SpecError>();
        var request = new TemplateRequest([template], [], builtIn, [], MustEnd: false);
        var metrics = Read(request, isComplete: false, problems);
        Score(request, problems);
        if (problems.Count == 0 && AlphaSplit.Over(new RunSpec(metrics), [], Comparison.DefaultAlpha, out var problem) is null)
            problems.Add(new("spec.metrics[].compare.share", problem));
        return [.. problems];
    }

    /// <summary>The arguments of the request that no template declares: they are passed over, and a check of files warns of each.</summary>
    /// <returns>The place of each among the arguments, and what to say.</returns>
    public static IEnumerable<(int Index, string Message)> Undeclared(TemplateRequest request)
    {
        var declared = request.Templates.SelectMany(template => template.Arguments).Select(argument => argument.Name).Distinct().ToArray();
        for (var index = 0; index < request.Arguments.Count; index++)
        {
            var name = request.Arguments[index].Name;
            if (!RunArguments.IsUsed(request, name))
                yield return (index,
                    $"no template declares an argument \"{name}\", so its value is not used; {ArgumentScope.Listed(declared)}");
        }
    }

    // A run has one score: two templates that ask for different ones cannot both have theirs.
    private static ScoreSpec Score(TemplateRequest request, List<SpecError> problems)
    {
        var written = request.Templates.Where(template => template.Score is not null).ToArray();
        if (written.Length == 0) return ScoreSpec.Default;
        if (written.FirstOrDefault(template => template.Score != written[0].Score) is { } other)
            problems.Add(new("spec.score", $"{other.Title} and {written[0].Title} have different ones; a run has one score")
            { Template = other.Title });
        var (score, title) = (written[0].Score!, written[0].Title);
        var spec = new ScoreSpec(score.Pass ?? ScoreSpec.Default.Pass, score.Marginal
            ?? Math.Min(ScoreSpec.Default.Marginal, score.Pass ?? 100), score.Weights);
        if (!(spec.Marginal >= 0 && spec.Marginal <= spec.Pass && spec.Pass <= 100))
            problems.Add(new("spec.score",
                $"{title}: marginal is {NumberText.Format(spec.Marginal)} and pass {NumberText.Format(spec.Pass)}; 0 <= marginal <= pass "
                    + "<= 100 is needed")
            { Template = title });
        if (score.Weights.Any(weight => weight.Percent is not (>= 0 and <= 100)) || score.Weights.Sum(weight => weight.Percent) > 100
            || score.Weights.DistinctBy(weight => weight.Group).Count() != score.Weights.Count)
            problems.Add(new("spec.score.groupWeights", $"{title}: each group once, each weight from 0 to 100, and together at most 100")
            { Template = title });
        return spec;
    }

    // As in Kayenta the weight of a group that no metric is in is lost, and muted metrics are in none: where the best score is not enough,
    // no version would ever pass.
    private static IEnumerable<SpecError> OutOfReach(RunSpec run)
    {
        ScoredMetric[] good = [.. run.Metrics.Where(RunScore.IsScored)
            .Select(metric =>
                new ScoredMetric(metric.Name, Classification.Pass, false, false, metric.Comparison!.IsMuted, metric.Comparison.Groups))];
        if (good.Length == 0 || KayentaScore.Of(good, run.Score.Weights).Value is var best && best >= run.Score.Pass) yield break;
        yield return good.All(metric => metric.IsMuted)
            ? new("spec.score",
                "every metric of the judge mannWhitney is muted, so that the score is 0 and no version passes; mute all but one, or give "
                    + "them to dryRun")
            : new("spec.score.groupWeights",
                $"where all metrics pass the score is {NumberText.Format(best)}, and pass is {NumberText.Format(run.Score.Pass)}: groups "
                    + $"that metrics are in "
                    + $"({string.Join(", ", good.Where(metric => !metric.IsMuted).SelectMany(metric => metric.Groups).Distinct())}) need "
                    + "the weight of 100, or one of them none");
    }

    private static EquatableArray<MetricSpec> Read(TemplateRequest request, bool isComplete, List<SpecError> problems)
    {
        var metrics = new List<MetricSpec>();
        var owners = new Dictionary<string, string>();
        var arguments = new RunArguments(request, problems);
        if (isComplete) problems.AddRange(arguments.Conflicts());
        foreach (var template in request.Templates)
        {
            var scope = new ArgumentScope(template.Title, arguments, isComplete);
            problems.AddRange(Twice(template));
            if (template.Metrics.Count == 0 && template.Includes.Count == 0)
                problems.Add(new("spec.metrics", $"{template.Title} has no metric; it needs one at least") { Template = template.Title });
            for (var index = 0; index < template.Metrics.Count; index++)
            {
                var metric = template.Metrics[index];
                var fields = new TemplateFieldReader(template.Title, metric.Name, $"spec.metrics[{index}]", scope, problems);
                metric = metric with
                {
                    Name = fields.Text("name", metric.Name) ?? metric.Name,
                    Compatibility = metric.Compatibility
                    ?? template.Compatibility
                };
                if (metric.Name.Length == 0) fields.Refuse("name", "it is empty; a metric needs a name");
                else if (!owners.TryAdd(metric.Name, template.Title))
                    fields.Refuse("name", $"the name is taken by a metric of {owners[metric.Name]}; names are unique in a run");
                metrics.Add(new MetricReader(fields, request, isComplete).Read(metric));
            }

        }

        if (isComplete) problems.AddRange(arguments.Missing());
        // A template that includes others, or names metrics by arguments, cannot say by itself which metrics there are.
        var isWhole = isComplete
            || request.Templates.All(template => template.Includes.Count == 0
                && !template.Metrics.Any(metric => metric.Name.Contains("{{", StringComparison.Ordinal)));
        return [.. Marked(metrics, request, problems, isWhole)];
    }

    /// <summary>What is a dry run, and how many measurements are kept, by the patterns of the templates and of the reference to
    /// them.</summary>
    private static IEnumerable<MetricSpec> Marked(List<MetricSpec> metrics, TemplateRequest request, List<SpecError> problems, bool isWhole)
    {
        var dry = new List<MetricPattern>();
        var kept = new List<(MetricPattern Pattern, int Limit)>();
        foreach (var (owner, prefix, dryRun, retention) in request.Templates.Select(template =>
            ((string?)template.Title, "spec.", template.DryRun, template.Retention))
            .Append((null, "", request.DryRun, request.Retention)))
        {
            for (var index = 0; index < dryRun.Count; index++)
            {
                if (MetricPattern.Read(owner, $"{prefix}dryRun[{index}].metricName", dryRun[index], isWhole ? metrics
                    : null, problems) is { } pattern) dry.Add(pattern);
            }

            for (var index = 0; index < retention.Count; index++)
            {
                var path = $"{prefix}measurementRetention[{index}]";
                if (retention[index].Limit is < 1 or > MostRetained)
                    problems.Add(
                        new($"{path}.limit",
                            $"{owner ?? "the analysis"}: it is {retention[index].Limit}; 1 to {MostRetained} measurements can be kept")
                        { Template = owner });
                if (MetricPattern.Read(owner, $"{path}.metricName", retention[index].MetricName, isWhole ? metrics
                    : null, problems) is { } pattern) kept.Add((pattern, retention[index].Limit));
            }
        }

        // The last word is the one of the analysis, which comes last.
        return metrics.Select(metric => metric with
        {
            IsDryRun = dry.Any(pattern => pattern.Holds(metric.Name)),
            Retention = kept.Where(one => one.Pattern.Holds(metric.Name)).Select(one => one.Limit)
            .LastOrDefault(MetricSpec.DefaultRetention),
        });
    }

    // One that no template declares is passed over, as in Argo Rollouts: the check of the files says so.
    private static IEnumerable<SpecError> Given(TemplateRequest request)
    {
        for (var index = 0; index < request.Arguments.Count; index++)
        {
            var argument = request.Arguments[index];
            if (request.Arguments.Take(index).Any(other => other.Name == argument.Name))
                yield return new($"args[{index}].name", $"the argument \"{argument.Name}\" is given twice");
            if (argument.Value is null && argument.From is not ArgumentSource.FromSecret)
                yield return new($"args[{index}].value", $"the argument \"{argument.Name}\" has no value");
        }
    }

    private static IEnumerable<SpecError> Twice(AnalysisTemplateSpec template) => template.Arguments
        .Select((argument, index) => (argument.Name, Index: index))
        .Where(argument => template.Arguments.Take(argument.Index).Any(other => other.Name == argument.Name))
        .Select(argument =>
            new SpecError($"spec.args[{argument.Index}].name", $"{template.Title} declares the argument \"{argument.Name}\" twice")
            { Template = template.Title });
}
