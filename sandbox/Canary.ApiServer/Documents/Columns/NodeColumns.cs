using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>Columns of Nodes.</summary>
internal static class NodeColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static IReadOnlyList<TableColumn> All(TableColumn name, TableColumn age) =>
    [
        name,
        BuiltInColumns.Text("Status", "Whether the node is ready.", (obj, _) => Status(obj)),
        BuiltInColumns.Text("Roles", "Roles of the node.", (obj, _) => Roles(obj)),
        age,
        BuiltInColumns.Text("Version", "Version of its agent.", (obj, _) => obj.At("status", "nodeInfo", "kubeletVersion").Text() ?? ""),
        BuiltInColumns.Wide("Internal-IP", "Address inside the cluster.", (obj, _) => Address(obj, "InternalIP")),
        BuiltInColumns.Wide("External-IP", "Address outside the cluster.", (obj, _) => Address(obj, "ExternalIP")),
        BuiltInColumns.Wide("OS-Image", "Operating system.",
            (obj, _) => BuiltInColumns.Or(obj.At("status", "nodeInfo", "osImage"), "<unknown>")),
        BuiltInColumns.Wide("Kernel-Version", "Kernel.",
            (obj, _) => BuiltInColumns.Or(obj.At("status", "nodeInfo", "kernelVersion"), "<unknown>")),
        BuiltInColumns.Wide("Container-Runtime", "What runs the containers.",
            (obj, _) => BuiltInColumns.Or(obj.At("status", "nodeInfo", "containerRuntimeVersion"), "<unknown>")),
    ];

    private static string Status(JsonObject node)
    {
        var ready =
            (node.At("status", "conditions") as JsonArray ?? []).FirstOrDefault(condition => condition.Member("type").Text() == "Ready");
        var status = ready is null ? "Unknown" : ready.Member("status").Text() == "True" ? "Ready" : "NotReady";
        return node.At("spec", "unschedulable").IsTrue() ? status + ",SchedulingDisabled" : status;
    }

    private static string Roles(JsonObject node)
    {
        var roles = (node.At("metadata", "labels") as JsonObject ?? [])
            .Where(label => label.Key.StartsWith(RolePrefix, System.StringComparison.Ordinal) && label.Key.Length > RolePrefix.Length)
            .Select(label => label.Key[RolePrefix.Length..]).Order(System.StringComparer.Ordinal).ToList();
        return roles.Count == 0 ? "<none>" : string.Join(',', roles);
    }

    private static string Address(JsonObject node, string type) =>
        (node.At("status", "addresses") as JsonArray ?? []).FirstOrDefault(address => address.Member("type").Text() == type)
        .Member("address").Text() ?? "<none>";
}
