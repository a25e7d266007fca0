using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>Columns of Services and of their endpoints.</summary>
internal static class NetworkColumns
{
    private const int MostShown = 3;

    public static IReadOnlyList<TableColumn> Service(TableColumn name, TableColumn age) =>
    [
        name,
        BuiltInColumns.Text("Type", "How the service is reached.", (obj, _) => obj.At("spec", "type").Text() ?? ""),
        BuiltInColumns.Text("Cluster-IP", "Address inside the cluster.", (obj, _) => obj.At("spec", "clusterIP")
            .Text() is { Length: > 0 } ip ? ip : "<none>"),
        BuiltInColumns.Text("External-IP", "Addresses outside the cluster.", (obj, _) => External(obj)),
        BuiltInColumns.Text("Port(s)", "Ports of the service.", (obj, _) => Ports(obj.At("spec", "ports"))),
        age,
        BuiltInColumns.Wide("Selector", "Labels of the pods that serve.", (obj, _) => CellTexts.Labels(obj.At("spec", "selector"))),
    ];

    public static IReadOnlyList<TableColumn> Endpoints(TableColumn name, TableColumn age) =>
        [name, BuiltInColumns.Text("Endpoints", "Addresses and ports that serve.", (obj, _) => Addresses(obj)), age];

    public static IReadOnlyList<TableColumn> EndpointSlice(TableColumn name, TableColumn age) =>
    [
        name,
        BuiltInColumns.Text("AddressType", "Type of all addresses of the slice.", (obj, _) => obj.Member("addressType").Text() ?? ""),
        BuiltInColumns.Text("Ports", "Ports of each endpoint.", (obj, _) => CellTexts.FirstOf(
            [.. (obj.Member("ports") as JsonArray ?? []).Select(port => BuiltInColumns.Or(port.Member("port"), "*"))], MostShown)),
        BuiltInColumns.Text("Endpoints", "Addresses of the slice.", (obj, _) => CellTexts.FirstOf(
            [.. (obj.Member("endpoints") as JsonArray ?? []).SelectMany(endpoint => endpoint.Member("addresses") as JsonArray ?? [])
                .Select(address => address.Text() ?? "")], MostShown)),
        age,
    ];

    /// <summary>Hosts of an Ingress; <c>*</c>: all.</summary>
    public static string Hosts(JsonObject obj)
    {
        string[] hosts = [.. (obj.At("spec", "rules") as JsonArray ?? []).Select(rule => rule.Member("host").Text())
            .Where(host => !string.IsNullOrEmpty(host)).OfType<string>()];
        return hosts.Length == 0 ? "*" : CellTexts.FirstOf([.. hosts], MostShown);
    }

    private static string External(JsonObject obj)
    {
        var given = (obj.At("spec", "externalIPs") as JsonArray ?? []).Select(ip => ip.Text() ?? "").ToList();
        var balanced = (obj.At("status", "loadBalancer", "ingress") as JsonArray ?? [])
            .Select(one => one.Member("ip").Text() ?? one.Member("hostname").Text() ?? "").ToList();
        return obj.At("spec", "type").Text() switch
        {
            "ExternalName" => obj.At("spec", "externalName").Text() ?? "",
            "LoadBalancer" => balanced.Count + given.Count == 0 ? "<pending>" : string.Join(',', balanced.Concat(given)),
            _ => given.Count == 0 ? "<none>" : string.Join(',', given),
        };
    }

    private static string Ports(JsonNode? ports)
    {
        var shown = (ports as JsonArray ?? []).Select(port => port.Member("nodePort").Whole() is { } node and > 0
            ? $"{port.Member("port").Whole()}:{node}/{port.Member("protocol").Text()}"
            : $"{port.Member("port").Whole()}/{port.Member("protocol").Text()}").ToList();
        return shown.Count == 0 ? "<none>" : string.Join(',', shown);
    }

    private static string Addresses(JsonObject obj)
    {
        var shown = new List<string>();
        foreach (var subset in obj.Member("subsets") as JsonArray ?? [])
            foreach (var port in subset.Member("ports") as JsonArray ?? [null])
                shown.AddRange((subset.Member("addresses") as JsonArray ?? [])
                    .Select(address => port is null ? address.Member("ip").Text() ?? ""
                        : $"{address.Member("ip").Text()}:{port.Member("port").Whole()}"));
        return shown.Count == 0 ? "<none>" : CellTexts.FirstOf(shown, MostShown);
    }
}
