using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>A VirtualService as far as HTTP between workloads of the mesh goes.</summary>
internal sealed record VirtualService(
    string Namespace, string Name, string Created, IReadOnlyList<string> Hosts, IReadOnlyList<string> Gateways,
    IReadOnlyList<string> ExportTo,
    IReadOnlyList<MeshRoute> Routes)
{
    /// <exception cref="FormatException">The admission webhook of the mesh would refuse the document; the message names object, field and
    /// what was found.</exception>
    public static VirtualService Read(JsonObject item)
    {
        var routes = new List<MeshRoute>();
        foreach (var (index, route) in item.ItemsAt("spec", "http").Index())
        {
            try
            {
                Check(route);
                routes.Add(MeshRoute.Read(route, item.Namespace()));
            }
            catch (Exception problem) when (problem is FormatException or ArgumentException or NotSupportedException
                or InvalidOperationException)
            {
                throw new FormatException($"VirtualService {item.Namespace()}/{item.Name()}: spec.http[{index}]: {problem.Message}",
                    problem);
            }
        }

        return new(
            item.Namespace(), item.Name(), item.TextAt("metadata", "creationTimestamp") ?? "",
            [.. Texts(item, "hosts").Select(host => MeshNames.Full(host, item.Namespace()))], Texts(item, "gateways"),
            Texts(item, "exportTo"),
            routes);
    }

    /// <summary>True when the sidecars of a namespace obey it: bound to the mesh, and visible there.</summary>
    public bool AppliesTo(MeshClient client) =>
        (Gateways.Count == 0 || Gateways.Contains(MeshClient.Gateway)) && Visibility.Reaches(ExportTo, Namespace, client.Namespace);

    private static void Check(JsonObject route)
    {
        var weights = route.ItemsAt("route").Select(entry => entry.NumberAt("weight") ?? 0).ToList();
        if (weights.Any(weight => weight < 0)) throw new FormatException($"route[].weight: found {weights.Min()}, a weight is 0 or more");
        if (weights.Count > 1 && weights.Sum(weight => (long)weight) == 0)
            throw new FormatException("route[].weight: total destination weight = 0");
        if (route.ObjectAt("mirror") is not null && route.At("mirrors") is not null)
            throw new FormatException("found mirror and mirrors, only one of the two is allowed");
        if (weights.Count > 0 && route.ObjectAt("redirect") is not null)
            throw new FormatException("found route and redirect, only one of the two is allowed");
    }

    private static IReadOnlyList<string> Texts(JsonObject item, string field) =>
        [.. item.At("spec", field) is JsonArray texts ? texts.Select(text => text?.GetValue<string>() ?? "") : []];
}
