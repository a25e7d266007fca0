using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Workloads;

namespace Canary.Kubernetes.Storing;

/// <summary>Makes of an analysis in a Rollout what is to be measured, from the templates as they are now.</summary>
internal sealed class TemplateReading(RolloutCaches caches)
{
    /// <summary>What the engine gives to every template.</summary>
    public static readonly EquatableArray<string> BuiltIn =
        ["rollout", "namespace", "stable-revision", "canary-revision", "stable-service", "canary-service", "stable-workload", "canary-workload"];

    /// <param name="rollout">The Rollout.</param>
    /// <param name="analysis">What it names.</param>
    /// <param name="path">Field that holds it.</param>
    /// <param name="mustEnd">It is a step, not the background.</param>
    public (RunSpec? Run, EquatableArray<SpecError> Problems) Resolve(RolloutSnapshot rollout, AnalysisReference analysis, string path, bool mustEnd)
    {
        var problems = new List<SpecError>();
        var templates = new List<AnalysisTemplateSpec>();
        for (var index = 0; index < analysis.Templates.Count; index++)
        {
            if (Find(rollout.Name.Namespace, analysis.Templates[index], $"{path}.templates[{index}]", problems) is { } template) templates.Add(template);
        }

        if (problems.Count > 0) return (null, problems.ToEquatableArray());
        var traffic = rollout.Status.Governing(rollout.Spec)?.Traffic;
        return TemplateResolver.Resolve(new TemplateRequest(templates.ToEquatableArray(), analysis.Arguments, Given(rollout, traffic), Subject(rollout, traffic), mustEnd)) switch
        {
            TemplateResolution.Resolved resolved => (resolved.Run, []),
            TemplateResolution.Invalid invalid => (null, invalid.Problems.Select(problem => InRollout(problem, templates, path)).ToEquatableArray()),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private AnalysisTemplateSpec? Find(string ns, TemplateReference reference, string path, List<SpecError> problems)
    {
        var cache = reference.IsClusterScoped ? caches.ClusterTemplates : caches.Templates;
        var name = new ObjectName(reference.IsClusterScoped ? null : ns, reference.TemplateName);
        if (!cache.HasSynced)
        {
            problems.Add(new SpecError($"{path}.templateName", $"{cache.Kind.Kind} {name} cannot be read: {cache.Problem?.Message ?? "not read yet"}"));
            return null;
        }

        if (cache.Get(name) is not { } document)
        {
            var others = cache.List(name.Namespace).Select(Json.Name).Order(System.StringComparer.Ordinal).Take(20).ToArray();
            problems.Add(new SpecError($"{path}.templateName", $"{cache.Kind.Kind} {name} is not there; {(others.Length == 0 ? "there is none" : "there are " + string.Join(", ", others))}"));
            return null;
        }

        var (template, errors) = TemplateMapping.Read(document);
        problems.AddRange(errors.Select(error => new SpecError($"{path}.templateName", $"{template.Title}: {error}")));
        return errors.Count == 0 ? template : null;
    }

    /// <summary>The field of the Rollout that leads to a problem of a template.</summary>
    internal static SpecError InRollout(SpecError problem, List<AnalysisTemplateSpec> templates, string path)
    {
        if (problem.Path.StartsWith("args", System.StringComparison.Ordinal) || problem.Path.StartsWith("templates", System.StringComparison.Ordinal)) return problem with { Path = $"{path}.{problem.Path}" };
        var index = templates.FindIndex(template => problem.Message.Contains(template.Title, System.StringComparison.Ordinal));
        return new SpecError(index < 0 ? $"{path}.templates" : $"{path}.templates[{index}].templateName", $"{problem.Path}: {problem.Message}");
    }

    private static EquatableArray<Argument> Given(RolloutSnapshot rollout, TrafficSpec? traffic)
    {
        var (stable, canary) = Sides(rollout, traffic);
        return new[]
        {
            new Argument("rollout", rollout.Name.Name),
            new Argument("namespace", rollout.Name.Namespace),
            new Argument("stable-revision", rollout.Status.StableRevision ?? ""),
            new Argument("canary-revision", rollout.Status.CanaryRevision ?? ""),
            new Argument("stable-service", stable?.Service ?? ""),
            new Argument("canary-service", canary?.Service ?? ""),
            new Argument("stable-workload", stable?.Workload?.Name ?? ""),
            new Argument("canary-workload", canary?.Workload?.Name ?? ""),
        }.ToEquatableArray();
    }

    private EquatableArray<Argument> Subject(RolloutSnapshot rollout, TrafficSpec? traffic)
    {
        var canary = Sides(rollout, traffic).Canary;
        var subject = new List<Argument> { new("ns", rollout.Name.Namespace) };
        if (canary is null) return subject.ToEquatableArray();
        subject.Add(new Argument("svc", canary.Service));
        if (canary.Workload is not null) subject.Add(new Argument("workload", canary.Workload.Name));
        if (canary.Subset is null) return subject.ToEquatableArray();
        var labels = new SubsetLabels(caches).Find(rollout.Name.Namespace, canary, ((RouterSpec.Istio)traffic!.Router).DestinationRule);
        var version = labels is null ? null : labels.GetValueOrDefault("service.istio.io/canonical-revision") ?? labels.GetValueOrDefault("version");
        subject.Add(new Argument("subset_ver", version ?? canary.Subset));
        return subject.ToEquatableArray();
    }

    private static (SideSpec? Stable, SideSpec? Canary) Sides(RolloutSnapshot rollout, TrafficSpec? traffic) =>
        rollout.Status.StableSide is Side.First ? (traffic?.First, traffic?.Second) : (traffic?.Second, traffic?.First);
}
