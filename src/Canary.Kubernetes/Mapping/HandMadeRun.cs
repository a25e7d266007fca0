using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;

namespace Canary.Kubernetes.Mapping;

/// <summary>Makes an AnalysisRun that belongs to no Rollout, from templates in files or in the cluster.</summary>
public static class HandMadeRun
{
    /// <summary>The run of these templates: their metrics, and their arguments with the values that are given.</summary>
    /// <param name="templates">Documents of AnalysisTemplates and ClusterAnalysisTemplates. One that another of them includes is a part of
    /// it; one that is not among them is named, and found in the cluster.</param>
    /// <param name="references">Templates of the cluster.</param>
    /// <param name="given">Values by the names of the arguments.</param>
    /// <param name="space">Namespace of the run.</param>
    /// <param name="name">Its name, or the beginning of its name where it ends with a dash.</param>
    /// <returns>The document, and everything that is wrong with it; the document is of use only where nothing is.</returns>
    public static (JsonObject Document, EquatableArray<SpecError> Problems) Make(
        IReadOnlyList<JsonObject> templates, IReadOnlyList<TemplateReference> references, IReadOnlyList<Argument> given, string space,
        string name)
    {
        var problems = new List<SpecError>();
        var spec = new JsonObject();
        var metrics =
            new JsonArray([.. templates.SelectMany(one => Json.Objects(one, "spec", "metrics")).Select(metric => metric.DeepClone())]);
        if (metrics.Count > 0) spec["metrics"] = metrics;
        var named = references.Concat(templates.SelectMany(Included).Where(one => !templates.Any(template => IsIt(template, one))))
            .Distinct().ToArray();
        if (named.Length > 0)
            spec["templates"] = new JsonArray([.. named.Select(one =>
                (JsonNode)new JsonObject { ["templateName"] = one.TemplateName }.PutFlag("clusterScope", one.IsClusterScoped))]);
        var arguments = Arguments(templates, references.Count > 0 || named.Length > 0, given, problems);
        if (arguments.Count > 0) spec["args"] = arguments;
        foreach (var key in new[] { "dryRun", "measurementRetention" })
        {
            var all = new JsonArray([.. templates.SelectMany(one => Json.Objects(one, "spec", key)).Select(entry => entry.DeepClone())]);
            if (all.Count > 0) spec[key] = all;
        }

        // A run has one score.
        if (templates.Select(one => Json.Object(one, "spec", "score")).OfType<JsonObject>().ToArray() is { Length: > 0 } scores)
        {
            spec["score"] = scores[0].DeepClone();
            if (scores.Any(score => !JsonNode.DeepEquals(score, scores[0])))
                problems.Add(new SpecError("spec.score", "the templates have different ones; a run has one score"));
        }

        var document = new JsonObject
        {
            ["apiVersion"] = CustomResource.ApiVersion,
            ["kind"] = "AnalysisRun",
            ["metadata"] = new JsonObject { [name.EndsWith('-') ? "generateName" : "name"] = name, ["namespace"] = space },
            ["spec"] = spec,
        };
        if (problems.Count == 0) problems.AddRange(StandaloneRun.Check(document));
        return (document, problems.ToEquatableArray());
    }

    /// <summary>What the run of these templates measures, or everything that is wrong. A template that is included must be among
    /// them.</summary>
    public static (RunSpec? Run, EquatableArray<SpecError> Problems) Resolve(IReadOnlyList<JsonObject> templates,
        IReadOnlyList<Argument> given, string space)
    {
        var (document, problems) = Make(templates, [], given, space, "run");
        if (problems.Count > 0) return (null, problems);
        var (run, errors) = StandaloneRun.Read(document);
        if (errors.Count > 0) return (null, errors);
        if (run.Templates.Count > 0)
            return (null,
                run.Templates.Select(one => new SpecError("spec.templates",
                    $"{(one.IsClusterScoped ? "ClusterAnalysisTemplate" : "AnalysisTemplate")} {one.TemplateName} is not among the files"))
                    .ToEquatableArray());
        return run.Resolve([], space) switch
        {
            TemplateResolution.Resolved resolved => (resolved.Run, []),
            TemplateResolution.Invalid invalid => (null, invalid.Problems),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static JsonArray Arguments(IReadOnlyList<JsonObject> templates, bool mayDeclareMore, IReadOnlyList<Argument> given,
        List<SpecError> problems)
    {
        var arguments = new JsonArray();
        foreach (var same in templates.SelectMany(one => Json.Objects(one, "spec", "args")
            .Select(argument => (Template: one, Argument: argument))).GroupBy(one => Json.Text(one.Argument, "name") ?? "").ToArray())
        {
            var value = given.FirstOrDefault(one => one.Name == same.Key)?.Value;
            var defaults = same.Select(one => one.Argument).Where(one => one["value"] is not null || one["valueFrom"] is not null)
                .Select(one => (Value: Json.Text(one, "value"), From: one["valueFrom"])).ToArray();
            // As in a run of a Rollout: a value that is written goes before one that comes from elsewhere.
            if (defaults.Any(one => one.Value is not null)) defaults = [.. defaults.Where(one => one.Value is not null)];
            if (value is not null) arguments.Add((JsonNode)new JsonObject { ["name"] = same.Key, ["value"] = value });
            else if (defaults.Length == 0)
                problems.Add(new SpecError($"args.{same.Key}",
                    $"{TemplateMapping.Title(same.First().Template)} needs a value for its argument \"{same.Key}\"; give it with "
                        + $"--arg {same.Key}=..."));
            else if (defaults.Any(other => other.Value != defaults[0].Value || !JsonNode.DeepEquals(other.From, defaults[0].From)))
                problems.Add(new SpecError($"args.{same.Key}",
                    $"{string.Join(" and ", same.Select(one => TemplateMapping.Title(one.Template)))} have different defaults for "
                        + $"\"{same.Key}\"; give it with --arg {same.Key}=..."));
            else arguments.Add((JsonNode)new JsonObject { ["name"] = same.Key }.Put("value", defaults[0].Value)
                .Put("valueFrom", defaults[0].From?.DeepClone()));
        }

        foreach (var more in given.Where(one => arguments.OfType<JsonObject>().All(argument => Json.Text(argument, "name") != one.Name)))
        {
            if (mayDeclareMore) arguments.Add((JsonNode)new JsonObject { ["name"] = more.Name, ["value"] = more.Value });
            else problems.Add(new SpecError($"args.{more.Name}", $"no template declares an argument \"{more.Name}\""));
        }

        return arguments;
    }

    private static IEnumerable<TemplateReference> Included(JsonObject template) => Json.Objects(template, "spec", "templates")
        .Select(one => new TemplateReference(Json.Text(one, "templateName") ?? "", Json.Flag(one, "clusterScope") ?? false));

    private static bool IsIt(JsonObject template, TemplateReference reference) =>
        Json.Name(template) == reference.TemplateName
        && (Json.Text(template, "kind") == "ClusterAnalysisTemplate") == reference.IsClusterScoped;
}
