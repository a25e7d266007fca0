using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>Columns of the built-in kinds, as kubectl shows them.</summary>
internal static class BuiltInColumns
{
    private static readonly TableColumn Name = new(
        "Name", "string", "name", "Name of the object, unique among its kind in its namespace.", 0, (obj, _) => obj.At("metadata", "name")
        .Text() ?? "");

    private static readonly TableColumn Age = Text(
        "Age", "Time since the server created the object.", (obj, now) => Ages.Since(obj.At("metadata", "creationTimestamp").Text(), now));

    private static readonly Dictionary<string, IReadOnlyList<TableColumn>> Kinds = new(StringComparer.Ordinal)
    {
        ["Namespace"] = [Name, Text("Status", "Phase of the namespace.", (obj, _) => obj.At("status", "phase").Text() ?? ""), Age],
        ["ConfigMap"] =
        [
            Name, Text("Data", "Number of entries.", (obj, _) => Count(obj.Member("data")) + Count(obj.Member("binaryData"))), Age,
        ],
        ["Secret"] =
        [
            Name, Text("Type", "What the secret is for.", (obj, _) => obj.Member("type").Text() ?? ""),
            Text("Data", "Number of entries.", (obj, _) => Count(obj.Member("data"))), Age,
        ],
        ["ServiceAccount"] = [Name, Text("Secrets", "Number of secrets.", (obj, _) => Count(obj.Member("secrets"))), Age],
        ["Lease"] = [Name, Text("Holder", "Who holds the lease.", (obj, _) => obj.At("spec", "holderIdentity").Text() ?? ""), Age],
        ["CustomResourceDefinition"] =
        [
            Name,
            Text("Created At", "When the definition was created.", (obj, _) => obj.At("metadata", "creationTimestamp").Text()
                ?? "<unknown>") with { Type = "date" },
        ],
        ["Role"] = [Name, CreatedAt()],
        ["ClusterRole"] = [Name, CreatedAt()],
        ["RoleBinding"] = Bindings(),
        ["ClusterRoleBinding"] = Bindings(),
        ["ValidatingAdmissionPolicy"] =
        [
            Name, Text("Validations", "Number of rules.", (obj, _) => Count(obj.At("spec", "validations"))),
            Text("ParamKind", "Kind of the parameters.", (obj, _) => obj.At("spec", "paramKind") is { } kind
                ? $"{kind.Member("apiVersion").Text()}/{kind.Member("kind").Text()}" : "<unset>"),
            Age,
        ],
        ["ValidatingAdmissionPolicyBinding"] =
        [
            Name, Text("PolicyName", "The policy that is put in force.", (obj, _) => obj.At("spec", "policyName").Text() ?? ""),
            Text("ParamRef", "The parameters.", (obj, _) => obj.At("spec", "paramRef", "name").Text() is { Length: > 0 } name ? name
                : "<unset>"), Age,
        ],
        ["Ingress"] =
        [
            Name, Text("Class", "Class of the controller.", (obj, _) => obj.At("spec", "ingressClassName").Text() is { Length: > 0 } name
                ? name : "<none>"),
            Text("Hosts", "Hosts of the rules.", (obj, _) => NetworkColumns.Hosts(obj)),
            Text("Address", "Where the controller listens.", (obj, _) => ""),
            Text("Ports", "Ports of the rules.", (obj, _) => obj.At("spec", "tls") is JsonArray { Count: > 0 } ? "80, 443" : "80"), Age,
        ],
        ["NetworkPolicy"] = [Name,
            Text("Pod-Selector", "Pods that the policy is for.", (obj, _) => CellTexts.Selector(obj.At("spec", "podSelector"))), Age],
        ["PodDisruptionBudget"] =
        [
            Name, Text("Min Available", "Pods that must stay.", (obj, _) => Or(obj.At("spec", "minAvailable"), "N/A")),
            Text("Max Unavailable", "Pods that may go.", (obj, _) => Or(obj.At("spec", "maxUnavailable"), "N/A")),
            Text("Allowed Disruptions", "Pods that may go now.", (obj, _) => obj.At("status", "disruptionsAllowed").Whole()
                ?? 0) with { Type = "integer" }, Age,
        ],
    };

    public static IReadOnlyList<TableColumn>? Find(string group, string kind) => kind switch
    {
        "Pod" when group == "" => WorkloadColumns.Pod(Name, Age),
        "Deployment" when group == "apps" => WorkloadColumns.Deployment(Name, Age),
        "ReplicaSet" when group == "apps" => WorkloadColumns.ReplicaSet(Name, Age),
        "StatefulSet" when group == "apps" => WorkloadColumns.StatefulSet(Name, Age),
        "DaemonSet" when group == "apps" => WorkloadColumns.DaemonSet(Name, Age),
        "ControllerRevision" when group == "apps" => WorkloadColumns.Revision(Name, Age),
        "HorizontalPodAutoscaler" => WorkloadColumns.Autoscaler(Name, Age),
        "Service" when group == "" => NetworkColumns.Service(Name, Age),
        "Endpoints" when group == "" => NetworkColumns.Endpoints(Name, Age),
        "EndpointSlice" => NetworkColumns.EndpointSlice(Name, Age),
        "Event" => EventColumns.All(),
        "Node" when group == "" => NodeColumns.All(Name, Age),
        _ => Kinds.GetValueOrDefault(kind),
    };

    /// <summary>A column of text that is always shown.</summary>
    public static TableColumn Text(string name, string description, Func<JsonObject, DateTimeOffset, JsonNode?> cell) =>
        new(name, "string", "", description, 0, cell);

    /// <summary>A column of text that <c>-o wide</c> shows.</summary>
    public static TableColumn Wide(string name, string description, Func<JsonObject, DateTimeOffset, JsonNode?> cell) =>
        new(name, "string", "", description, 1, cell);

    public static int Count(JsonNode? node) => node switch
    {
        JsonObject members => members.Count,
        JsonArray items => items.Count,
        _ => 0,
    };

    public static string Or(JsonNode? value, string missing) => value is null || value.Text() == "" ? missing : GoFormat.Plain(value);

    private static TableColumn CreatedAt() =>
        new("Created At", "date", "", "When the object was created.", 0, (obj, _) => obj.At("metadata", "creationTimestamp").Text()
            ?? "<unknown>");

    private static TableColumn[] Bindings() =>
    [
        Name, Text("Role", "The role that is given.", (obj, _) => $"{obj.At("roleRef", "kind").Text()}/{obj.At("roleRef", "name").Text()}"),
        Age,
        Wide("Users", "Users among the subjects.", (obj, _) => Subjects(obj, "User")),
        Wide("Groups", "Groups among the subjects.", (obj, _) => Subjects(obj, "Group")),
        Wide("ServiceAccounts", "Service accounts among the subjects.", (obj, _) => Subjects(obj, "ServiceAccount")),
    ];

    private static string Subjects(JsonObject obj, string kind) => string.Join(", ", (obj.Member("subjects") as JsonArray ?? [])
        .Where(subject => subject.Member("kind").Text() == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject.Member("namespace").Text()}/{subject.Member("name").Text()}"
            : subject.Member("name").Text()));
}
