using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Traffic;
using Canary.Core.Validation;

namespace Canary.Kubernetes.Traffic;

/// <summary>Finds the routes with both sides among those of an object.</summary>
/// <param name="form">How they share requests out.</param>
/// <param name="traffic">The two sides.</param>
/// <param name="title">The object, for people.</param>
/// <param name="isOf">The entry is that of the Service.</param>
internal sealed class RouteFinder(WeightForm form, TrafficSpec traffic, string title, Func<WeightedEntry, string, bool> isOf)
{
    private readonly List<WeightedRoute> _routes = [];
    private readonly List<SpecError> _problems = [];

    /// <summary>Why a route of that name may not be there, besides; null: for no other reason.</summary>
    public string NoNames { get; init; } = "";

    /// <summary>Reads the routes that are named, or each that has both sides.</summary>
    /// <param name="all">The routes of the user.</param>
    /// <param name="names">Those that the Rollout names; empty: each that has both sides.</param>
    /// <param name="path">The field of the Rollout that names the object.</param>
    /// <param name="field">Its field that names the routes; null: they cannot be named.</param>
    public WeightedRoutes Find(IReadOnlyList<CandidateRoute> all, IReadOnlyList<string> names, string path, string? field)
    {
        if (all.Count == 0) return new WeightedRoutes([], [new SpecError($"{path}.name", $"{title} has no {form.Route}s")]);
        var nameField = $"{path}.{field ?? "name"}";
        if (names.Count == 0)
        {
            foreach (var one in all.Where(HasBoth)) ReadOne(one, nameField);
            if (_routes.Count + _problems.Count == 0)
                _problems.Add(new SpecError(nameField,
                    $"{title} has no {form.Route} with both {traffic.NamedStable.Service} and {traffic.NamedCanary.Service} as "
                        + $"{form.Entry}s: add the missing one with weight 0, and give the other a weight such as 100; its {form.Route}s "
                        + $"have {string.Join("; ", all.Select(one => $"{one.Title}: {Describe(one)}"))}"));
        }

        for (var index = 0; index < names.Count; index++) ReadNamed(all, names[index], $"{path}.{field}[{index}]");
        return new WeightedRoutes(_routes, _problems);
    }

    /// <summary>Reads one route.</summary>
    public WeightedRoutes Read(CandidateRoute route, string field)
    {
        ReadOne(route, field);
        return new WeightedRoutes(_routes, _problems);
    }

    private void ReadNamed(IReadOnlyList<CandidateRoute> all, string name, string field)
    {
        var found = all.Where(one => one.Name == name).ToArray();
        if (found is [var one]) ReadOne(one, field);
        else if (found.Length == 0)
            _problems.Add(new SpecError(field, $"{title} has no {form.Route} named {name}; "
                + (all.Any(other => other.Name is not null)
                    ? $"its {form.Route}s are named {string.Join(", ", all.Select(other => other.Name).OfType<string>())}"
                    : $"none of its {form.Route}s has a name{NoNames}: leave out {form.Route}s, for each {form.Route} that has both sides "
                        + $"as {form.Entry}s")));
        else
            _problems.Add(new SpecError(field, $"{title} has {found.Length} {form.Route}s named {name}, "
                + $"{string.Join(" and ", found.Select(other => $"{form.Route}s[{other.Index}]"))}: give each a name of its own"));
    }

    private bool HasBoth(CandidateRoute route) => route.Entries.Any(entry => isOf(entry, traffic.NamedStable.Service))
        && route.Entries.Any(entry => isOf(entry, traffic.NamedCanary.Service));

    private string Describe(CandidateRoute route) => route.Entries.Count > 0 ? string.Join(", ", route.Entries) : $"no {form.Entry}s";

    private void ReadOne(CandidateRoute route, string field)
    {
        var (titled, count) = ($"{title} {form.Route} {route.Title}", _problems.Count);
        var first = Pick(route.Entries, traffic.NamedStable, "stable", field, titled);
        var second = Pick(route.Entries, traffic.NamedCanary, "canary", field, titled);
        foreach (var entry in route.Entries.Where(entry => entry.IsWrong(form)))
            _problems.Add(new SpecError(field, $"{titled} {form.Entry} {entry} has weight {entry.Entry["weight"]!.ToJsonString()}: a "
                + $"whole number from 0 to {form.Largest} is allowed"));
        if (_problems.Count > count) return;
        var read = new WeightedRoute(form, route.Pointer, route.Index, route.Name, route.Title, route.Entries, first!, second!)
        {
            Unit = route.Unit,
            IsPlaceAlone = route.IsPlaceAlone,
        };
        if (read.Budget == 0)
            _problems.Add(new SpecError(field, $"{titled}: the weights of {first} and {second} are both 0, so there is nothing to share "
                + "out; write the safe state, such as 100 and 0"));
        else if (RouteWeights.Problem(read) is { } problem) _problems.Add(new SpecError(field, $"{titled}: {problem}"));
        else _routes.Add(read);
    }

    private WeightedEntry? Pick(IReadOnlyList<WeightedEntry> entries, SideSpec side, string role, string field, string titled)
    {
        var found = entries.Where(entry => isOf(entry, side.Service)).ToArray();
        if (found.Length == 1) return found[0];
        _problems.Add(new SpecError(field, found.Length == 0
            ? $"{titled} has no {form.Entry} for spec.traffic.{role}, Service {side.Service}; "
                + (entries.Count == 0 ? $"it has no {form.Entry}s" : $"its {form.Entry}s are {string.Join(", ", entries)}")
            : $"{titled} has {found.Length} {form.Entry}s for spec.traffic.{role}, Service {side.Service}: "
                + $"{string.Join(" and ", found.Select(one => $"{form.List}[{one.Index}] {one}"))}; exactly one is allowed"));
        return null;
    }
}

/// <summary>A route of an object, whose entries may be those of the sides.</summary>
/// <param name="Pointer">JSON pointer of what has the list of entries.</param>
/// <param name="Index">Where in its own list.</param>
/// <param name="Name">Null where it has none.</param>
/// <param name="Title">For people.</param>
/// <param name="Entries">All of them.</param>
internal sealed record CandidateRoute(string Pointer, int Index, string? Name, string Title, IReadOnlyList<WeightedEntry> Entries)
{
    /// <summary>The unit that is written behind each weight; null: they are numbers.</summary>
    public string? Unit { get; init; }

    /// <summary>Nothing but its place in a list tells it from others.</summary>
    public bool IsPlaceAlone { get; init; } = Name is null;
}
