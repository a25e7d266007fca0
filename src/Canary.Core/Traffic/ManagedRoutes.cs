using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Traffic;

/// <summary>The routes that stand before each route of the user while a rollout runs, and that are Canary's own.</summary>
/// <param name="Headers">Requests that go to the canary whatever its weight is, in the order of precedence.</param>
/// <param name="Mirrors">Requests of which the canary gets copies, after those of <paramref name="Headers"/>.</param>
public sealed record ManagedRoutes(EquatableArray<HeaderRoute> Headers, EquatableArray<MirrorRoute> Mirrors)
{
    /// <summary>No such route.</summary>
    public static readonly ManagedRoutes None = new([], []);

    /// <summary>There is no such route.</summary>
    public bool IsNone => Headers.Count == 0 && Mirrors.Count == 0;

    /// <summary>The largest share of requests that is mirrored; 0: none is.</summary>
    public Weight Mirrored => Mirrors.Select(mirror => mirror.Percentage).Append(Weight.Zero).Max();

    /// <summary>Nothing is to be added to <paramref name="shown"/> for these: a route less, or a smaller share of copies. Null: it is not
    /// known what is shown.</summary>
    public bool IsPartOf(ManagedRoutes? shown) => IsNone || (shown is not null && Headers.All(route => shown.Headers.Contains(route))
        && Mirrors.All(mirror => shown.Mirrors.Any(other => other.Percentage >= mirror.Percentage
            && other with { Percentage = mirror.Percentage } == mirror)));

    /// <summary>For people: <c>header route staff (x-staff is yes), mirror route shadow (10 %)</c>.</summary>
    public override string ToString() => IsNone ? "no header or mirror route" : string.Join(", ",
        Headers.Select(route => route.ToString()).Concat(Mirrors.Select(route => route.ToString())));
}

/// <summary>Requests that go to the canary, whatever its weight is. Source: <c>setHeaderRoute</c>.</summary>
/// <param name="Name">What tells it from others of the Rollout.</param>
/// <param name="Match">Which requests: those that are like any of these. Empty: the route is to go.</param>
public sealed record HeaderRoute(string Name, EquatableArray<RequestMatch> Match)
{
    /// <inheritdoc />
    public override string ToString() => $"header route {Name} ({string.Join(" or ", Match)})";
}

/// <summary>Requests of which the canary gets copies; its answers are thrown away. Source: <c>setMirrorRoute</c>.</summary>
/// <param name="Name">What tells it from others of the Rollout.</param>
/// <param name="Percentage">Share of those requests that is copied. 0: the route is to go.</param>
/// <param name="Match">Which requests: those that are like any of these. Empty: all.</param>
public sealed record MirrorRoute(string Name, Weight Percentage, EquatableArray<RequestMatch> Match)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"mirror route {Name} ({Percentage} %{(Match.Count == 0 ? "" : $" where {string.Join(" or ", Match)}")})";
}

/// <summary>All that the routes are to be like, as a level.</summary>
/// <param name="Second">Share of the side that the spec names canary.</param>
/// <param name="Managed">The routes before each of the user's.</param>
/// <param name="Canary">The side that has the role of the canary, which <paramref name="Managed"/> send to.</param>
public sealed record RoutePlan(Weight Second, ManagedRoutes Managed, Side Canary)
{
    /// <summary>A share alone.</summary>
    public static RoutePlan Only(Weight second) => new(second, ManagedRoutes.None, Side.NamedCanary);
}
