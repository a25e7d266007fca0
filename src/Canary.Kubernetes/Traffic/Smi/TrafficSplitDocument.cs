using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Smi;

/// <summary>A TrafficSplit that a Rollout names: the weights of its backends.</summary>
/// <remarks>In v1alpha1 a weight is a quantity: <c>500m</c> is half of <c>1</c>. Where one is in thousandths, all are read and written
/// so.</remarks>
internal sealed record TrafficSplitDocument(RouteReference Reference, TrafficSpec Traffic, string Namespace, string Path)
    : WeightedDocument(SmiDescriptor.TrafficSplits, new ObjectName(Namespace, Reference.Name), Path, Managed: null)
{
    private const string Thousandths = "m";

    private static readonly WeightForm Form = new("split", "backend", "backends", Default: 0);

    /// <inheritdoc />
    public override WeightedRoutes Find(JsonObject document)
    {
        var list = WeightedEntry.Of(document, "spec", Form.List).ToArray();
        var unit = list.Any(one => Json.Text(one.Entry, "weight")?.EndsWith(Thousandths, StringComparison.Ordinal) is true)
            ? Thousandths : null;
        var entries = list.Select(one => Read(one.Index, one.Entry, unit)).ToArray();
        return new RouteFinder(Form, Traffic, Title, (entry, service) => Json.Text(entry.Entry, "service") == service).Find(
            [new CandidateRoute("/spec", 0, null, "backends", entries) { Unit = unit, IsPlaceAlone = false }], [], Path, field: null);
    }

    /// <inheritdoc />
    protected override string TitleOf(WeightedRoute route) => Title;

    private static WeightedEntry Read(int index, JsonObject entry, string? unit)
    {
        var written = Quantity(entry["weight"], unit);
        return new WeightedEntry(index, entry, Json.Text(entry, "service") ?? "", written, written ?? 0);
    }

    private static long? Quantity(JsonNode? weight, string? unit)
    {
        var isInUnit = Json.Text(weight)?.EndsWith(Thousandths, StringComparison.Ordinal) is true;
        var number = Json.Text(weight) is not { } text ? Json.Whole(weight)
            : long.TryParse(isInUnit ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        return number is null || isInUnit || unit is null ? number : number <= int.MaxValue ? number * 1000 : long.MaxValue;
    }
}
