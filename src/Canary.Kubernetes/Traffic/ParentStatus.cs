using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic;

/// <summary>What the controllers of a route's parents say of it, in <c>status.parents</c>.</summary>
internal static class ParentStatus
{
    private static readonly string[] Conditions = ["Accepted", "ResolvedRefs"];

    /// <summary>Reads it. A route of which no controller says anything is taken for confirmed, and so is a parent without an entry: it is
    /// of a controller that reports nothing.</summary>
    public static ControllerStatus Read(JsonObject document)
    {
        var generation = Json.Whole(document, "metadata", "generation") ?? 0;
        var (awaited, refusals) = (new List<string>(), new List<string>());
        var space = Json.Namespace(document);
        string[] parents = [.. Json.Objects(document, "spec", "parentRefs").Select(parent => Identity(parent, space))];
        JsonObject[] entries = [.. Json.Objects(document, "status", "parents")];
        foreach (var parent in entries)
        {
            // Of a parent that the route has no more, or of a controller that the Gateway had before: nobody removes its entry.
            if (Json.Object(parent, "parentRef") is not { } reference || !parents.Contains(Identity(reference, space))
                || (IsBehind(parent, generation) && IsOfGateway(reference) && entries.Any(other => !IsBehind(other, generation)
                    && Json.Object(other, "parentRef") is { } same && Identity(same, space) == Identity(reference, space)))) continue;
            foreach (var condition in Json.Objects(parent, "conditions")
                .Where(condition => Conditions.Contains(Json.Text(condition, "type"))))
            {
                // A controller that does not say which generation it looked at means the present one.
                if (Json.Whole(condition, "observedGeneration") is { } observed && observed < generation)
                    awaited.Add($"{Title(reference, space)} ({Json.Text(parent, "controllerName")}) has looked at generation {observed}, "
                        + $"and {generation} is the present one");
                else if (Json.Text(condition, "status") == "False")
                    refusals.Add($"{Title(reference, space)} says {Json.Text(condition, "type")}=False, {Json.Text(condition, "reason")}: "
                        + Json.Text(condition, "message"));
            }
        }

        return new ControllerStatus(awaited.FirstOrDefault(), [.. refusals.Distinct()]);
    }

    private static bool IsOfGateway(JsonObject parent) => Json.Text(parent, "kind") is null or "Gateway";

    private static bool IsBehind(JsonObject entry, long generation) => Json.Objects(entry, "conditions")
        .Any(condition => Conditions.Contains(Json.Text(condition, "type"))
            && Json.Whole(condition, "observedGeneration") is { } observed && observed < generation);

    private static string Title(JsonObject parent, string space) =>
        $"{Json.Text(parent, "kind") ?? "Gateway"} {Json.Text(parent, "namespace") ?? space}/{Json.Text(parent, "name")}";

    private static string Identity(JsonObject parent, string space) => string.Join('/',
        (Json.Text(parent, "group") ?? "gateway.networking.k8s.io") is "core" ? "" : Json.Text(parent, "group")
            ?? "gateway.networking.k8s.io",
        Title(parent, space), Json.Text(parent, "sectionName"), Json.Whole(parent, "port"));
}
