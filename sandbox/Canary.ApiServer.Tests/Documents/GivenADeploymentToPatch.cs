using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Patches;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

public sealed class GivenADeploymentToPatch
{
    private static readonly ObjectSchema Schema = ObjectSchema.BuiltIn("apps", "v1", "Deployment")!;

    private static JsonObject Deployment => (JsonObject)JsonNode.Parse(
        """
        {"metadata":{"name":"web","finalizers":["a/x","b/y"]},
         "spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}},
         "template":{"spec":{"containers":[
          {"name":"web","image":"web:1","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"args":["x","y"]},
          {"name":"side","image":"side:1"}]}}}}
        """)!;

    [TestCase("""{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"B","value":"3"}]}]}}}}""", "web,side",
        """[{"name":"A","value":"1"},{"name":"B","value":"3"}]""")]
    [TestCase("""{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"A","$patch":"delete"}]}]}}}}""", "web,side",
        """[{"name":"B","value":"2"}]""")]
    [TestCase("""{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}]}}}}""", "web",
        """[{"name":"A","value":"1"},{"name":"B","value":"2"}]""")]
    [TestCase("""{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"side"},{"name":"new"},{"name":"web"}],"containers":[{"name":"new","image":"n"}]}}}}""", "side,new,web", null)]
    [TestCase("""{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"$patch":"replace"},{"name":"C","value":"4"}]}]}}}}""",
        "web,side", """[{"name":"C","value":"4"}]""")]
    public void WhenContainersArePatched_ThenTheyAreMergedByName(string patch, string names, string? env)
    {
        var containers = (JsonArray)StrategicMergePatchDocument.Apply(Deployment, (JsonObject)JsonNode.Parse(patch)!, Schema)
            .At("spec", "template", "spec", "containers")!;

        Assert.Multiple(() =>
        {
            Assert.That(string.Join(',', System.Linq.Enumerable.Select(containers, container => container.Member("name").Text())),
                Is.EqualTo(names));
            if (env is not null)
                Assert.That(containers[0].Member("env")!.ToJsonString(), Is.EqualTo(env));
        });
    }

    [Test]
    public void WhenAnAtomicListIsPatched_ThenItIsReplaced()
    {
        var patch = (JsonObject)JsonNode.Parse("""{"spec":{"template":{"spec":{"containers":[{"name":"web","args":["z"]}]}}}}""")!;

        var container = StrategicMergePatchDocument.Apply(Deployment, patch, Schema).At("spec", "template", "spec", "containers")![0];

        Assert.That(container.Member("args")!.ToJsonString(), Is.EqualTo("""["z"]"""));
    }

    [TestCase("""{"metadata":{"finalizers":["c/z","a/x"]}}""", """["a/x","b/y","c/z"]""")]
    [TestCase("""{"metadata":{"$deleteFromPrimitiveList/finalizers":["a/x"]}}""", """["b/y"]""")]
    public void WhenFinalizersArePatched_ThenTheyAreMergedByValue(string patch, string finalizers)
    {
        var patched = StrategicMergePatchDocument.Apply(Deployment, (JsonObject)JsonNode.Parse(patch)!, Schema);

        Assert.That(patched.At("metadata", "finalizers")!.ToJsonString(), Is.EqualTo(finalizers));
    }

    [TestCase("""{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""", """{"type":"Recreate"}""")]
    [TestCase("""{"spec":{"strategy":{"$patch":"replace","type":"Recreate"}}}""", """{"type":"Recreate"}""")]
    [TestCase("""{"spec":{"strategy":{"rollingUpdate":null}}}""", """{"type":"RollingUpdate"}""")]
    public void WhenTheStrategyIsPatched_ThenTheDirectiveDecidesWhatRemains(string patch, string strategy)
    {
        var patched = StrategicMergePatchDocument.Apply(Deployment, (JsonObject)JsonNode.Parse(patch)!, Schema);

        Assert.That(patched.At("spec", "strategy")!.ToJsonString(), Is.EqualTo(strategy));
    }

    [Test]
    public void WhenAnElementLacksItsKey_ThenThePatchIsRejected()
    {
        var patch = (JsonObject)JsonNode.Parse("""{"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}""")!;

        var rejected = Assert.Throws<PatchRejectedException>(() => StrategicMergePatchDocument.Apply(Deployment, patch, Schema));

        Assert.That((rejected!.StatusCode, rejected.Message),
            Is.EqualTo((500, "map: map[image:x] does not contain declared merge key: name")));
    }
}
