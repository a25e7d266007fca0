using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Planning;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Traffic.Registry;
using Canary.Kubernetes.Workloads;

namespace Canary.Kubernetes.Linting;

/// <summary>What a Rollout names, among the files.</summary>
internal sealed class RolloutReferenceLint(LintDocument rollout, RolloutSpec spec, IReadOnlyList<LintDocument> all)
{
    private readonly List<LintFinding> _findings = [];
    private readonly ReferenceSearch _search = new(rollout, [.. all.Where(document => !IsNamesake(document, spec))]);
    private bool _isCompared;

    public IReadOnlyList<LintFinding> Check()
    {
        if (spec.Workload is { } workload)
        {
            CheckWorkload(workload);
        }
        else
        {
            CheckSide(spec.Traffic.NamedStable, "stable", spec.Traffic.NamedCanary);
            CheckSide(spec.Traffic.NamedCanary, "canary", spec.Traffic.NamedStable);
        }

        _findings.AddRange(CapacityCheck.Find(spec, rollout.Namespace, all.Where(document => document.Namespace == rollout.Namespace)
            .Select(document => document.Root))
            .Select(lack => rollout.Finding(spec.StrategyPath, lack) with { IsWarning = true }));
        _findings.AddRange(PodShareCheck.Find(spec, rollout.Namespace, all.Select(document => document.Root))
            .Concat(HeaderRouteWarnings.Find(spec))
            .Select(warning => rollout.Finding(warning.Path, warning.Message) with { IsWarning = true }));
        _findings.AddRange(RouterRegistry.Of(spec.Traffic.Router)
            .CheckObjects(spec.Traffic, rollout.Namespace, (kind, name, path) => _search.Find(kind.Kind, name, path)?.Root)
            .Concat(RouterRegistry.Of(spec.Traffic.Router).CheckManagedRoutes(spec, rollout.Namespace,
                (kind, name, path) => _search.Find(kind.Kind, name, path)?.Root))
            .Select(problem => rollout.Finding(problem.Path, problem.Message)));
        for (var index = 0; index < spec.Steps.Count; index++)
        {
            if (spec.Steps[index] is Step.Analyze step)
                CheckAnalysis(step.Analysis, $"spec.strategy.canary.steps[{index}].analysis", mustEnd: true);
        }

        if (spec.PreAnalysis is { } pre) CheckAnalysis(pre, spec.PreAnalysisPath, mustEnd: true);
        if (spec.PostAnalysis is { } post) CheckAnalysis(post, spec.PostAnalysisPath, mustEnd: true);
        if (spec.Analysis is { } background) CheckAnalysis(background.Analysis, $"{spec.StrategyPath}.analysis", mustEnd: false);
        if (_isCompared && spec.BlueGreen is null)
            _findings.AddRange(EvidenceWarnings.Find(spec, CapacityCheck.Replicas(spec.Traffic.NamedStable,
                    [.. all.Where(document => document.Namespace == rollout.Namespace).Select(document => document.Root)]))
                .Concat(EvidenceWarnings.FindFull(spec))
                .Select(warning => rollout.Finding(warning.Path, warning.Message) with { IsWarning = true }));
        return [.. _search.Findings, .. _findings];
    }

    // Another API group has a kind of the name of a router's, such as Linkerd's HTTPRoute.
    private static bool IsNamesake(LintDocument document, RolloutSpec spec) => document.ApiVersion.Split('/') is [var group, _]
        && RouterRegistry.Of(spec.Traffic.Router).Kinds.Any(one => one.Kind.Kind == document.Kind && one.Kind.Group != group);

    // What Canary makes of it is in no file.
    private void CheckWorkload(CopiedWorkload workload)
    {
        var source = _search.Find(workload.Reference.Kind, workload.Reference.Name, "spec.workload.name");
        _findings.AddRange(WorkloadLint.Check(rollout, spec, workload, source, all));
        if (workload.Service is not null || spec.Traffic.Router.SharesByPods)
            _search.Find("Service", workload.ClientService, "spec.workload.service");
    }

    private void CheckSide(SideSpec side, string role, SideSpec other)
    {
        var path = $"spec.traffic.{role}.service";
        var service = _search.Find("Service", side.Service, path);
        if (side.Workload is not { } workload) return;
        var deployment = _search.Find(workload.Kind, workload.Name, $"spec.traffic.{role}.workload.name");
        if (service is null || side.Subset is not null) return;

        var selector = Json.Map(service.Root, "spec", "selector");
        var text = string.Join(",", selector.Select(label => $"{label.Key}={label.Value}"));
        if (selector.Count == 0)
            _findings.Add(rollout.Finding(path,
                $"Service {side.Service} has no selector; it must select the pods of Deployment {workload.Name} alone"));
        else if (deployment is not null && !Selects(selector, deployment))
            _findings.Add(rollout.Finding(path,
                $"Service {side.Service} does not select the pods of Deployment {workload.Name}: its selector is {text}"));
        else if (other.Workload is { } opposite && _search.Known(opposite.Kind, opposite.Name) is { } opposed && Selects(selector, opposed))
            _findings.Add(rollout.Finding(path,
                $"Service {side.Service} also selects the pods of Deployment {opposite.Name}, the other side: its selector is {text}; it "
                    + $"must select the pods of Deployment {workload.Name} alone"));
    }

    private static bool Selects(IReadOnlyDictionary<string, string> selector, LintDocument deployment)
    {
        var labels = Json.Map(deployment.Root, "spec", "template", "metadata", "labels");
        return selector.All(label => labels.GetValueOrDefault(label.Key) == label.Value);
    }

    private void CheckAnalysis(AnalysisReference analysis, string path, bool mustEnd)
    {
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        // Only all of them together say which arguments there are.
        if (_search.Templates(analysis.Templates, index => $"{path}.templates[{index}].templateName", titles) is not { } templates) return;
        var builtIn = TemplateReading.BuiltIn.Select(name => new Argument(name, "x"));
        EquatableArray<Argument> subject = [new("ns", rollout.Namespace), new("svc", "x"), new("workload", "x"), new("subset_ver", "x")];
        var given = analysis.Arguments.Select(StandIn).ToEquatableArray();
        var request = new TemplateRequest(templates.Select(template => template with
        {
            Arguments = template.Arguments.Select(StandIn)
            .ToEquatableArray()
        }).ToEquatableArray(), given, builtIn.ToEquatableArray(), subject, mustEnd)
        {
            StableSubject = [.. subject.Select(one => one.Name == "ns" ? one : one with { Value = "y" })],
            DryRun = analysis.DryRun,
            Retention = analysis.Retention,
        };
        _findings.AddRange(TemplateResolver.Undeclared(request)
            .Select(one => rollout.Finding($"{path}.args[{one.Index}].name", one.Message) with { IsWarning = true }));
        var resolution = TemplateResolver.Resolve(request);
        if (resolution is TemplateResolution.Resolved { Run: var run } && run.Metrics.Any(metric => metric.IsComparedWithStable))
            _isCompared = true;
        if (resolution is TemplateResolution.Resolved { Run: var made })
        {
            CheckTraffic(made, path);
            if (!mustEnd)
                _findings.AddRange(FirstMeasurementWarnings.Find(spec, made)
                    .Select(warning => rollout.Finding(warning.Path, warning.Message) with { IsWarning = true }));
        }

        if (resolution is not TemplateResolution.Invalid invalid) return;
        var ofThemselves = request.Templates.SelectMany(template => TemplateResolver.Check(template, request.BuiltIn)).ToHashSet();
        _findings.AddRange(invalid.Problems.Where(problem => !ofThemselves.Contains(problem))
            .Select(problem => TemplateReading.InRollout(problem, titles, path))
            .Select(problem => rollout.Finding(problem.Path, problem.Message)));
    }

    private void CheckTraffic(RunSpec run, string path)
    {
        _findings.AddRange(EvidenceRule.FindImpossible(run, spec, path).Select(problem => rollout.Finding(problem.Path, problem.Message)));
        if (spec.BlueGreen is not null && path == spec.PreAnalysisPath)
            _findings.AddRange(run.Metrics.Where(metric => metric.IsComparedWithStable).Select(metric => rollout.Finding(
                $"{path}.templates", $"metric {metric.Name} compares with stable, and before the switch the preview has only the requests "
                    + "that you send to it: it is inconclusive without them, and they are of another kind than those of users") with
            { IsWarning = true }));
    }

    // What a field of a live Rollout will say is not known here; that it says something is.
    private static Argument StandIn(Argument argument) =>
        argument.From is ArgumentSource.FromField or ArgumentSource.FromRevision ? argument with { Value = "1" } : argument;
}
