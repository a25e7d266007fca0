using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Caching.Rollouts;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Caching;

public sealed class GivenTemplatesThatIncludeOthers
{
    private static readonly ResourceKind Ours = KnownKinds.AnalysisTemplates;
    private static readonly ResourceKind OfTheCluster = KnownKinds.ClusterAnalysisTemplates;

    private static readonly JsonObject[] All =
    [
        Template("shop", "errors"), Template("shop", "both", ("errors", false)), Template("shop", "all", ("both", false)),
        Template("other", "both", ("errors", false)), Template(null, "default", ("errors", false), ("global", true)),
        Template("shop", "circle", ("circle", false), ("default", true)), Template("shop", "alone"),
    ];

    [Test]
    public void WhenOneChanges_ThenThoseThatIncludeItThroughOthersAreConcerned()
    {
        var concerned = TemplateUse.WithIncluding(new Reference(Ours, "shop", "errors"), Find);

        Assert.That(concerned.Select(one => $"{one.Namespace}/{one.Name}"),
            Is.EquivalentTo(new[] { "shop/errors", "shop/both", "shop/all", "/default", "shop/circle" }));
    }

    [Test]
    public void WhenOneOfTheClusterChanges_ThenItIsNotTakenForThatOfANamespace()
    {
        var concerned = TemplateUse.WithIncluding(new Reference(OfTheCluster, "", "errors"), Find);

        Assert.That(concerned.Select(one => one.Name), Is.EqualTo(new[] { "errors" }));
    }

    [Test]
    public void WhenOneChangesThatNobodyIncludes_ThenNoOtherIsLookedAt()
    {
        var read = new List<JsonObject>();

        TemplateUse.WithIncluding(new Reference(Ours, "shop", "alone"), key => Find(key).Select(one =>
        {
            read.Add(one);
            return one;
        }));

        Assert.That(read, Is.Empty);
    }

    private static IEnumerable<JsonObject> Find(string key) => All.Where(one => TemplateUse.Included(one).Contains(key));

    private static JsonObject Template(string? space, string name, params (string Name, bool IsOfTheCluster)[] includes) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space },
        ["spec"] = new JsonObject
        {
            ["templates"] = new JsonArray([.. includes.Select(include => (JsonNode)new JsonObject
            {
                ["templateName"] = include.Name,
                ["clusterScope"] = include.IsOfTheCluster,
            })]),
        },
    };
}
