using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.OpenApi;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

public sealed class GivenAnOpenApiDocument
{
    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    private static readonly JsonObject Apps = OpenApiDocuments.GroupVersion("apps", "v1",
    [
        new OpenApiResource("Deployment", "DeploymentList", "deployments", true, Verbs, ["status", "scale"],
            ObjectSchema.BuiltIn("apps", "v1", "Deployment")!),
        new OpenApiResource("ReplicaSet", "ReplicaSetList", "replicasets", true, Verbs, ["status", "scale"],
            ObjectSchema.BuiltIn("apps", "v1", "ReplicaSet")!),
    ]);

    [Test]
    public void WhenItIsOfBuiltInKinds_ThenEveryReferenceLeadsToASchema()
    {
        var schemas = (JsonObject)Apps.At("components", "schemas")!;

        Assert.That(References(Apps).Distinct().Where(name => !schemas.ContainsKey(name)), Is.Empty);
    }

    [Test]
    public void WhenKubectlLooksForFieldValidation_ThenEveryPatchHasIt()
    {
        var patches = ((JsonObject)Apps["paths"]!).Select(path => path.Value.Member("patch")).OfType<JsonObject>().ToList();

        Assert.Multiple(() =>
        {
            Assert.That(patches, Has.Count.EqualTo(6));
            Assert.That(patches.All(patch =>
                ((JsonArray)patch["parameters"]!).Any(parameter => parameter.Member("name").Text() == "fieldValidation")), Is.True);
            Assert.That(patches.Select(patch => patch.At("x-kubernetes-group-version-kind", "kind").Text())
                .Distinct(), Is.EquivalentTo(["Deployment", "ReplicaSet"]));
        });
    }

    [Test]
    public void WhenKubectlLooksForMergeKeys_ThenContainersMergeByName()
    {
        var containers = Apps.At("components", "schemas", "io.k8s.api.core.v1.PodSpec", "properties", "containers");

        Assert.Multiple(() =>
        {
            Assert.That(containers.Member("x-kubernetes-patch-merge-key").Text(), Is.EqualTo("name"));
            Assert.That(containers.Member("x-kubernetes-patch-strategy").Text(), Is.EqualTo("merge"));
            Assert.That(containers.At("items", "$ref").Text(), Is.EqualTo("#/components/schemas/io.k8s.api.core.v1.Container"));
        });
    }

    [Test]
    public void WhenARealServerPublishedIt_ThenPathsAndActionsAreTheSame()
    {
        var recorded = Recorded("openapi v3 document of the CRD group");

        var document = Rollouts();

        Assert.That(Actions(document), Is.EqualTo(Actions(recorded)));
    }

    [Test]
    public void WhenARealServerPublishedIt_ThenTheSchemaOfTheKindIsTheSame()
    {
        var recorded = Recorded("openapi v3 document of the CRD group").At("components", "schemas", "delivery.canary.v1alpha1.Rollout");

        var schema = Rollouts().At("components", "schemas", "delivery.canary.v1alpha1.Rollout");

        Assert.Multiple(() =>
        {
            foreach (var part in (string[])["spec", "status"])
                Assert.That(Shown(schema.At("properties", part)), Is.EqualTo(Shown(recorded.At("properties", part))));
            Assert.That(Shown(schema.Member("x-kubernetes-group-version-kind")),
                Is.EqualTo(Shown(recorded.Member("x-kubernetes-group-version-kind"))));
            Assert.That(schema.Member("description").Text(), Is.EqualTo(recorded.Member("description").Text()));
        });
    }

    [Test]
    public void WhenARealServerPublishedTheDeployment_ThenItHasTheSameFieldsAndLists()
    {
        var recorded = (JsonObject)Recorded("openapi v3 document of apps/v1")
            .At("components", "schemas", "io.k8s.api.apps.v1.DeploymentStatus", "properties")!;

        var ours = (JsonObject)Apps.At("components", "schemas", "io.k8s.api.apps.v1.DeploymentStatus", "properties")!;

        Assert.Multiple(() =>
        {
            Assert.That(recorded.Select(field => field.Key).Except(ours.Select(field => field.Key)), Is.Empty);
            foreach (var name in (string[])["x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-patch-merge-key",
                "x-kubernetes-patch-strategy"])
                Assert.That(Shown(ours["conditions"].Member(name)), Is.EqualTo(Shown(recorded["conditions"].Member(name))));
        });
    }

    private static JsonObject Rollouts() => OpenApiDocuments.GroupVersion(
        "canary.delivery", "v1alpha1",
        [new OpenApiResource("Rollout", "RolloutList", "rollouts", true, Verbs, ["status", "scale"], Recording.Rollout())]);

    private static JsonObject Recorded(string step) =>
        (JsonObject)Recording.Lines("01-discovery.jsonl").First(line => line.Step.StartsWith(step, StringComparison.Ordinal)).Body!;

    private static IReadOnlyList<string> Actions(JsonObject document) =>
    [
        .. from path in (JsonObject)document["paths"]!
           from operation in (JsonObject)path.Value!
           where operation.Value is JsonObject
           let id = operation.Value.Member("operationId").Text()
           orderby path.Key, operation.Key
           select $"{operation.Key} {path.Key} {id} {operation.Value.Member("x-kubernetes-action").Text()} "
               + $"{operation.Value.At("x-kubernetes-group-version-kind", "kind").Text()}",
    ];

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members =>
            members.SelectMany(member => member.Key == "$ref" && member.Value.Text() is { } target
                ? [target["#/components/schemas/".Length..]] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    private static string Shown(JsonNode? node) => JsonTexts.Compact(JsonTexts.Sorted(node));
}
