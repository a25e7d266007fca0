using System;
using System.Linq;
using Canary.Core.Patterns;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Schemas;

namespace Canary.Kubernetes.Linting;

/// <summary>Objects that are named like ours and are of another API group, or of a version that there is not: they are not checked, and
/// nobody may take them for good.</summary>
internal static class ForeignKindLint
{
    private const string Argo = "argoproj.io";

    public static LintFinding? Check(LintDocument document)
    {
        if (document.ApiVersion == CustomResource.ApiVersion)
        {
            return CanaryResources.All.Any(kind => kind.Kind == document.Kind) ? null
                : document.Finding("kind",
                    $"it is '{document.Kind}'; allowed are {string.Join(", ", CanaryResources.All.Select(kind => kind.Kind))}");
        }

        if (document.IsOurs || IsMisspelt(Group(document)))
            return document.Finding("apiVersion", $"it is '{document.ApiVersion}'; allowed is {CustomResource.ApiVersion}");
        if (!IsOurKind(document)) return null;
        if (Group(document) != Argo)
            return document.Finding("apiVersion",
                $"it is '{document.ApiVersion}', of which nothing is checked; a {document.Kind} of Canary has {CustomResource.ApiVersion}");
        return document.Finding("apiVersion", document.Kind.EndsWith("AnalysisTemplate", StringComparison.Ordinal)
            ? $"it is '{document.ApiVersion}'; with {CustomResource.ApiVersion} a template of Argo Rollouts that asks Prometheus works as "
                + $"it is, and spec.compatibility: argo keeps its verdicts: canary migrate {document.File} prints it so"
            : $"it is '{document.ApiVersion}', a {document.Kind} of Argo Rollouts, of which nothing is checked; one of Canary "
                + $"has {CustomResource.ApiVersion} and other fields");
    }

    private static bool IsOurKind(LintDocument document) =>
        CanaryResources.All.Any(kind => string.Equals(kind.Kind, document.Kind, StringComparison.OrdinalIgnoreCase));

    private static string Group(LintDocument document) => document.ApiVersion.Split('/')[0];

    // Ours without a version is misspelt too.
    private static bool IsMisspelt(string group) => NearestWord.Find(group.ToLowerInvariant(), [CustomResource.Group]) is not null;
}
