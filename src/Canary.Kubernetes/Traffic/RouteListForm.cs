using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic;

/// <summary>A router's part of <c>spec.traffic</c> that is a list of objects with routes.</summary>
/// <param name="Key">The router's field.</param>
/// <param name="List">The list in it: <c>routes</c>.</param>
/// <param name="Kinds">The kinds of the objects; the first is the default.</param>
internal sealed record RouteListForm(string Key, string List, IReadOnlyList<ResourceKind> Kinds)
{
    /// <summary>An object for people: <c>route</c>.</summary>
    public string Noun { get; init; } = "route";

    /// <summary>The field with the names of routes in an object; null: they are not named.</summary>
    public string? Names { get; init; } = "rules";

    /// <summary>What a name begins with that is Canary's own; null: no name is.</summary>
    public string? Reserved { get; init; }

    /// <summary>The kind of this name; null: there is none.</summary>
    public ResourceKind? Find(string kind) => Kinds.FirstOrDefault(one => one.Kind == kind);

    /// <summary>What a schema cannot say about the list.</summary>
    public IEnumerable<SpecError> Check(EquatableArray<RouteReference> routes)
    {
        var path = $"spec.traffic.{Key}.{List}";
        if (routes.Count == 0) yield return new SpecError(path, $"it is empty; name at least one {Noun}");
        for (var i = 0; i < routes.Count; i++)
        {
            var one = routes[i];
            if (Find(one.Kind) is null)
                yield return new SpecError($"{path}[{i}].kind",
                    $"it is '{one.Kind}'; allowed are {string.Join(", ", Kinds.Select(kind => kind.Kind))}");
            if (routes.Take(i).Any(other => other.Kind == one.Kind && other.Name == one.Name))
                yield return new SpecError($"{path}[{i}].name", Names is null ? $"{one.Kind} '{one.Name}' is named twice"
                    : $"{one.Kind} '{one.Name}' is named twice; name all its {Names} in one place");
            for (var r = 0; r < one.Rules.Count; r++)
            {
                if (one.Rules.Take(r).Contains(one.Rules[r]))
                    yield return new SpecError($"{path}[{i}].{Names}[{r}]", $"'{one.Rules[r]}' is named twice");
                if (Reserved is not null && one.Rules[r].StartsWith(Reserved, StringComparison.Ordinal))
                    yield return new SpecError($"{path}[{i}].{Names}[{r}]",
                        $"it is '{one.Rules[r]}', and names that begin with {Reserved} are of {Names} that Canary makes and removes; give "
                            + $"the {Names?[..^1]} another name");
            }
        }
    }
}
