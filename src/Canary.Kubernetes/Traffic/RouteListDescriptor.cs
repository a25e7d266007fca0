using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Traffic;

/// <summary>A router whose part of <c>spec.traffic</c> is a list of objects. The sides are Services.</summary>
/// <param name="form">The list.</param>
/// <param name="texts">What the reference says of it.</param>
internal abstract class RouteListDescriptor(RouteListForm form, RouteListTexts texts) : RouterDescriptor
{
    private string DefaultKind => form.Kinds[0].Kind;

    private bool HasKinds => form.Kinds.Count > 1;

    /// <inheritdoc />
    public override string Key => form.Key;

    /// <inheritdoc />
    public override Schema Schema { get; } = Object(texts.Router, Required(form.List, RequiredList(texts.List,
        Object(texts.Item, [.. Properties(form, texts)]), 16)));

    /// <inheritdoc />
    public override IReadOnlyList<RouterKind> Kinds { get; } =
        [.. form.Kinds.Select(kind => new RouterKind(kind, Projections.Document, IsReferenced: true))];

    /// <summary>The router's part of the spec.</summary>
    protected abstract RouteListSpec Make(EquatableArray<RouteReference> routes);

    /// <summary>An object that a Rollout names.</summary>
    protected abstract RoutedDocument Document(ResourceKind kind, RouteReference reference, TrafficSpec traffic, string space, string path);

    /// <inheritdoc />
    public override RouterSpec Read(FieldReader fields) => Make(fields.Items(form.List).Select(item => new RouteReference(
        HasKinds ? item.Text("kind") ?? DefaultKind : DefaultKind,
        item.RequiredText("name", $"the name of a {form.Noun} is needed"),
        form.Names is { } names ? item.Texts(names).ToEquatableArray() : []))
        .ToEquatableArray());

    /// <inheritdoc />
    public override JsonObject Write(RouterSpec router) => new JsonObject().PutList(form.List, ((RouteListSpec)router).Routes, one =>
    {
        var item = HasKinds ? new JsonObject { ["kind"] = one.Kind, ["name"] = one.Name } : new JsonObject { ["name"] = one.Name };
        return form.Names is { } names ? item.PutList(names, one.Rules, rule => rule) : item;
    });

    /// <inheritdoc />
    public override IEnumerable<RouterReference> References(JsonObject traffic, string space)
    {
        var index = 0;
        foreach (var one in Json.Objects(traffic, form.Key, form.List))
        {
            if (Json.Text(one, "name") is { } name && form.Find(HasKinds ? Json.Text(one, "kind") ?? DefaultKind : DefaultKind) is { } kind)
                yield return new RouterReference(new Reference(kind, space, name), $"{PathOf(index)}.name", IsOwned: true);
            index++;
        }
    }

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string>? FindSubset(RouterSpec router, string space, SideSpec side,
        Func<ResourceKind, ObjectLookup> lookup) => null;

    /// <inheritdoc />
    public override SpecError SubsetProblem(RouterSpec router, string space, SideSpec side, string role,
        Func<ResourceKind, ObjectLookup> lookup) =>
        new($"spec.traffic.{role}.subset", $"{texts.NoSubsets}; give each side a Service, and remove it");

    /// <inheritdoc />
    public override string? VersionOf(IReadOnlyDictionary<string, string> subset) => null;

    /// <inheritdoc />
    public override string PresetOf(SideSpec stable, SideSpec canary) => texts.Preset;

    /// <inheritdoc />
    public override IEnumerable<Argument> Subject(TrafficSpec traffic, string space, Func<ResourceKind, ObjectLookup> lookup)
    {
        if (!texts.NamesPort) yield break;
        var stable = Documents(traffic, space).OfType<WeightedDocument>()
            .SelectMany(one => lookup(one.Kind).Get(one.Name) is { } document ? one.Find(document).Routes : [])
            .FirstOrDefault()?.First.Entry;
        if (stable?["port"] is JsonValue port) yield return new Argument("port", Json.Text(port) ?? port.ToJsonString());
    }

    /// <inheritdoc />
    public override IReadOnlyList<RoutedDocument> Documents(TrafficSpec traffic, string space) =>
        [.. ((RouteListSpec)traffic.Router).Routes.Select((reference, index) => form.Find(reference.Kind) is { } kind
            ? Document(kind, reference, traffic, space, PathOf(index)) : null)
            .OfType<RoutedDocument>()];

    private string PathOf(int index) => $"spec.traffic.{form.Key}.{form.List}[{index}]";

    private static IEnumerable<SchemaProperty> Properties(RouteListForm form, RouteListTexts texts)
    {
        if (form.Kinds.Count > 1)
            yield return Optional("kind", Choice($"Kind of the {form.Noun}.", [.. form.Kinds.Select(kind => kind.Kind)])
                .WithDefault(form.Kinds[0].Kind));
        yield return Required("name", ObjectName($"Name of the {form.Noun}."));
        if (form.Names is { } names) yield return Optional(names, List(texts.Names, RequiredText(texts.NamesItem), 16));
    }
}

/// <summary>What the reference page says of a router, and of its list.</summary>
/// <param name="Router">The router.</param>
/// <param name="List">The list.</param>
/// <param name="Item">An item of it.</param>
/// <param name="NoSubsets">Why a side cannot be a subset.</param>
/// <param name="Preset">The preset that measures the two sides, where a plan needs one and no template names any.</param>
internal sealed record RouteListTexts(string Router, string List, string Item, string NoSubsets, string Preset)
{
    /// <summary>The metrics name a side by its Service and the <c>port</c> of its entry.</summary>
    public bool NamesPort { get; init; }

    /// <summary>The names of routes.</summary>
    public string Names { get; init; } = "";

    /// <summary>One of them.</summary>
    public string NamesItem { get; init; } = "Name of a rule.";
}
