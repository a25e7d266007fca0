using System.Linq;
using System.Text.Json.Nodes;
using Canary.Sandbox.Mesh;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Mesh;

/// <summary>A pod of a StatefulSet keeps its name when it is replaced, and its endpoint is in the slice a moment longer.</summary>
internal sealed class GivenEndpointsOfAPodThatIsReplaced
{
    [TestCase("old", 1)]
    [TestCase("new", 0)]
    public void WhenTheSliceNamesAnotherPod_ThenNothingIsSentToIt(string uidOfThePod, int endpoints)
    {
        var service = Parse("""
            {"kind":"Service","metadata":{"name":"web","namespace":"shop"},"spec":{"ports":[{"name":"http","port":80}]}}
            """);
        var slice = Parse("""
            {"kind":"EndpointSlice","metadata":{"name":"web-1","namespace":"shop","labels":{"kubernetes.io/service-name":"web"}},
             "ports":[{"name":"http","port":8080}],
             "endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true},
               "targetRef":{"kind":"Pod","namespace":"shop","name":"web-0","uid":"old"}}]}
            """);
        var pod = Parse("""{"kind":"Pod","metadata":{"name":"web-0","namespace":"shop"},"spec":{"containers":[]}}""");
        pod["metadata"]!["uid"] = uidOfThePod;

        var built = MeshServices.Build([service], [slice], [pod]);

        Assert.That(built.Single().Ports[80], Has.Count.EqualTo(endpoints));
    }

    private static JsonObject Parse(string document) => JsonNode.Parse(document)!.AsObject();
}
