using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Core.Analysis;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Mapping;

namespace Canary.Cli.Commands;

/// <summary>The templates of a cluster that a run names, read before the run is made: one that cannot begin is refused, and not left to
/// wait.</summary>
internal static class ClusterTemplates
{
    /// <summary>What keeps the run from beginning, and the code that says it; <see cref="ExitCode.Done"/>: nothing does, or the templates
    /// may not be read, and the controller tells.</summary>
    public static async Task<(IReadOnlyList<string> Problems, ExitCode Code)> CheckAsync(ClusterConnection at, JsonObject run,
        CancellationToken cancel)
    {
        var found = new Dictionary<TemplateReference, JsonObject>();
        var missing = new List<string>();
        try
        {
            var open = new Queue<TemplateReference>(NamedTemplates.Find(run));
            var seen = new HashSet<TemplateReference>();
            while (open.TryDequeue(out var next))
            {
                if (!seen.Add(next)) continue;
                if (await FindAsync(at, next, cancel) is not { } document)
                {
                    missing.Add(await MissingAsync(at, next, cancel));
                    continue;
                }

                found[next] = document;
                foreach (var include in NamedTemplates.Find(document)) open.Enqueue(include);
            }
        }
        catch (ApiException refused) when (refused.IsForbidden)
        {
            return ([], ExitCode.Done);
        }

        if (missing.Count > 0) return (missing, ExitCode.NotFound);
        string[] problems = [.. NamedTemplates.Check(run, found.GetValueOrDefault).Select(problem => problem.ToString())];
        return (problems, problems.Length > 0 ? ExitCode.Usage : ExitCode.Done);
    }

    private static ResourceKind KindOf(TemplateReference reference) =>
        reference.IsClusterScoped ? KnownKinds.ClusterAnalysisTemplates : KnownKinds.AnalysisTemplates;

    private static Task<JsonObject?> FindAsync(ClusterConnection at, TemplateReference reference, CancellationToken cancel) =>
        at.Client.FindAsync(KindOf(reference), new ObjectName(reference.IsClusterScoped ? null : at.Namespace, reference.TemplateName),
            cancel);

    private static async Task<string> MissingAsync(ClusterConnection at, TemplateReference reference, CancellationToken cancel)
    {
        var kind = KindOf(reference);
        var others = (await at.Client.ListAllAsync(kind, reference.IsClusterScoped ? null
            : at.Namespace, new ListOptions(), cancel)).Items.Select(one => ObjectName.Of(one).Name).Order(System.StringComparer.Ordinal)
            .Take(20).ToArray();
        var place = reference.IsClusterScoped ? "" : $" in namespace {at.Namespace}";
        return $"there is no {kind.Kind} {reference.TemplateName}"
            + $"{place}{(others.Length == 0 ? ", nor any other" : "; there are " + string.Join(", ", others))}. Nothing was made";
    }
}
