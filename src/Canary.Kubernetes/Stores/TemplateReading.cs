using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Templates;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic.Registry;

namespace Canary.Kubernetes.Stores;

/// <summary>Makes of an analysis in a Rollout what is to be measured, from the templates as they are now.</summary>
internal sealed class TemplateReading(ObjectLookup rollouts, ObjectLookup templates, ObjectLookup clusterTemplates,
    Func<ResourceKind, ObjectLookup> routing)
{
    public TemplateReading(RolloutCaches caches)
        : this(ObjectLookup.Of(caches.Rollouts), ObjectLookup.Of(caches.Templates), ObjectLookup.Of(caches.ClusterTemplates),
            caches.Lookup)
    {
    }

    /// <summary>What the engine gives to every template.</summary>
    public static readonly EquatableArray<string> BuiltIn =
        ["rollout", "namespace", "stable-revision", "canary-revision", "stable-service", "canary-service", "stable-workload",
            "canary-workload"];

    /// <param name="rollout">The Rollout.</param>
    /// <param name="analysis">What it names.</param>
    /// <param name="path">Field that holds it.</param>
    /// <param name="mustEnd">It is a step, not the background.</param>
    public (RunSpec? Run, EquatableArray<SpecError> Problems) Resolve(RolloutSnapshot rollout, AnalysisReference analysis, string path,
        bool mustEnd)
    {
        var (run, problems) = ResolveAlone(rollout, analysis, path, mustEnd);
        if (run is null || rollout.Status.Governing(rollout.Spec) is not { } spec || run.Metrics.All(metric => metric.Comparison is null))
            return (run, problems);
        if (EvidenceRule.FindImpossible(run, spec, path) is { Count: > 0 } impossible) return (null, impossible);
        // Alpha is the rollout's: who gets how much of it depends on all its analyses. One that cannot be read takes no part, and is a
        // problem where it stands.
        var others = Analyses(spec).Select(other => ResolveAlone(rollout, other, path, mustEnd: false).Run).OfType<RunSpec>();
        return AlphaSplit.Over(run, others, spec.Alpha, out var problem) is { } split ? (split, [])
            : (null, [new SpecError($"{path}.templates", problem)]);
    }

    /// <summary>An analysis of the rollout compares with stable, and decides. One that cannot be read does not.</summary>
    public bool Compares(RolloutSnapshot rollout, AnalysisReference analysis) =>
        ResolveAlone(rollout, analysis, "", mustEnd: false).Run is { } run && run.Metrics.Any(metric => metric.IsComparedWithStable);

    private static IEnumerable<AnalysisReference> Analyses(RolloutSpec spec) =>
        new[] { spec.PreAnalysis, spec.Analysis?.Analysis,
            spec.PostAnalysis }.Concat(spec.Steps.Select(step => (step as Step.Analyze)?.Analysis)).OfType<AnalysisReference>();

    private (RunSpec? Run, EquatableArray<SpecError> Problems) ResolveAlone(RolloutSnapshot rollout, AnalysisReference analysis,
        string path, bool mustEnd)
    {
        var problems = new List<SpecError>();
        var ways = new Dictionary<TemplateReference, string>();
        for (var index = 0; index < analysis.Templates.Count; index++)
            ways.TryAdd(analysis.Templates[index], $"{path}.templates[{index}].templateName");
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        var cycles = new List<SpecError>();
        var found = TemplateIncludes.Expand(analysis.Templates, Load, cycles).ToList();
        problems.AddRange(cycles.Select(cycle => new SpecError($"{path}.templates", $"{cycle.Path}: {cycle.Message}")));
        var given = analysis.Arguments.Select((argument, index) => Known(rollout, argument, $"{path}.args[{index}].valueFrom", problems))
            .ToEquatableArray();
        found = [.. found.Select(template => template with
        {
            Arguments = template.Arguments
                .Select((argument, index) => given.Any(one => one.Name == argument.Name) ? argument with { From = null }
                    : Known(rollout, argument, titles[template.Title], problems, $"{template.Title}: spec.args[{index}].valueFrom: "))
                .ToEquatableArray(),
        })];
        if (problems.Count > 0) return (null, problems.ToEquatableArray());

        var traffic = rollout.Status.Governing(rollout.Spec)?.Traffic;
        var (stable, canary) = Sides(rollout, traffic);
        var request =
            new TemplateRequest(found.ToEquatableArray(), given, Given(rollout, traffic), Subject(rollout, traffic, canary), mustEnd)
            {
                StableSubject = Subject(rollout, traffic, stable),
                DryRun = analysis.DryRun,
                Retention = analysis.Retention,
            };
        return TemplateResolver.Resolve(request) switch
        {
            TemplateResolution.Resolved resolved => (resolved.Run, []),
            TemplateResolution.Invalid invalid =>
                (null, invalid.Problems.Select(problem => InRollout(problem, titles, path)).ToEquatableArray()),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        AnalysisTemplateSpec? Load(TemplateReference reference)
        {
            if (Find(rollout.Name.Namespace, reference, ways[reference], problems) is not { } template) return null;
            titles[template.Title] = ways[reference];
            // A template that is included is led to by the field that leads to the one that includes it.
            foreach (var include in template.Includes) ways.TryAdd(include, ways[reference]);
            return template;
        }
    }

    /// <summary>The argument with its value; one from a Secret keeps its source, since the value is read when it is sent.</summary>
    private Argument Known(RolloutSnapshot rollout, Argument argument, string path, List<SpecError> problems, string where = "")
    {
        switch (argument.From)
        {
            case ArgumentSource.FromRevision revision:
                var hash = revision.Side == RedSide.Stable ? rollout.Status.StableRevision : rollout.Status.CanaryRevision;
                return argument with { Value = hash ?? "" };
            case ArgumentSource.FromField field when rollouts.Get(
                new ObjectName(rollout.Name.Namespace, rollout.Name.Name)) is { } document:
                if (FieldPath.Read(document, field.Path, out var problem) is { } value)
                    return argument with { Value = Argument.Literal(value) };
                problems.Add(new SpecError(path, $"{where}the argument \"{argument.Name}\" cannot be had: {problem}"));
                return argument with { Value = "" };
            default:
                return argument;
        }
    }

    /// <summary>The templates that a run by itself names, and those they include.</summary>
    public EquatableArray<AnalysisTemplateSpec> Expand(string ns, EquatableArray<TemplateReference> references, string path,
        List<SpecError> missing, List<SpecError> cycles) =>
        TemplateIncludes.Expand(references, reference => Find(ns, reference, $"{path}.templates", missing), cycles);

    private AnalysisTemplateSpec? Find(string ns, TemplateReference reference, string path, List<SpecError> problems)
    {
        var known = reference.IsClusterScoped ? clusterTemplates : templates;
        var name = new ObjectName(reference.IsClusterScoped ? null : ns, reference.TemplateName);
        if (known.Problem() is { } problem)
        {
            problems.Add(new SpecError(path, $"{known.Kind.Kind} {name} cannot be read: {problem}"));
            return null;
        }

        if (known.Get(name) is not { } document)
        {
            problems.Add(
                new SpecError(path, $"{known.Kind.Kind} {name} is not there; {known.DescribeNames(name.Namespace)}"));
            return null;
        }

        var (template, errors) = TemplateMapping.Read(document);
        problems.AddRange(errors.Select(error => new SpecError(path, $"{template.Title}: {error}")));
        return errors.Count == 0 ? template : null;
    }

    /// <summary>The field of the Rollout that leads to a problem of a template.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="ways">The field that leads to each template, by its title.</param>
    /// <param name="path">The field that holds the analysis.</param>
    internal static SpecError InRollout(SpecError problem, IReadOnlyDictionary<string, string> ways, string path)
    {
        if (!problem.Path.StartsWith("spec.", StringComparison.Ordinal)) return problem with { Path = $"{path}.{problem.Path}" };
        return new SpecError(problem.Template is { } template && ways.TryGetValue(template, out var way) ? way : $"{path}.templates",
            $"{problem.Path}: {problem.Message}");
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

    /// <summary>The values of the presets' placeholders for one side.</summary>
    public EquatableArray<Argument> Subject(RolloutSnapshot rollout, TrafficSpec? traffic, SideSpec? side)
    {
        var subject = new List<Argument> { new("ns", rollout.Name.Namespace) };
        if (side is null) return subject.ToEquatableArray();
        subject.Add(new Argument("svc", side.Service));
        if (side.Workload is not null) subject.Add(new Argument("workload", side.Workload.Name));
        var router = RouterRegistry.Of(traffic!.Router);
        subject.AddRange(router.Subject(traffic, rollout.Name.Namespace, routing));
        if (side.Subset is null) return subject.ToEquatableArray();
        var labels = router.FindSubset(traffic.Router, rollout.Name.Namespace, side, routing);
        var version = labels is null ? null : router.VersionOf(labels);
        subject.Add(new Argument("subset_ver", version ?? side.Subset));
        return subject.ToEquatableArray();
    }

    /// <summary>The sides by their roles.</summary>
    public static (SideSpec? Stable, SideSpec? Canary) Sides(RolloutSnapshot rollout, TrafficSpec? traffic) =>
        rollout.Status.StableSide is Side.NamedStable ? (traffic?.NamedStable, traffic?.NamedCanary)
        : (traffic?.NamedCanary, traffic?.NamedStable);
}
