using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Patches;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

public sealed class GivenADocumentToPatch
{
    private const string Document = """{"a":{"b":[1,2,3],"c":4,"x/y":"z"},"n":null}""";

    [TestCase("""[{"op":"add","path":"/a/b/1","value":9}]""", """{"a":{"b":[1,9,2,3],"c":4,"x/y":"z"},"n":null}""")]
    [TestCase("""[{"op":"add","path":"/a/b/-","value":9}]""", """{"a":{"b":[1,2,3,9],"c":4,"x/y":"z"},"n":null}""")]
    [TestCase("""[{"op":"add","path":"/a/b/-2","value":9}]""", """{"a":{"b":[1,2,9,3],"c":4,"x/y":"z"},"n":null}""")]
    [TestCase("""[{"op":"remove","path":"/a/b/00"}]""", """{"a":{"b":[2,3],"c":4,"x/y":"z"},"n":null}""")]
    [TestCase("""[{"op":"replace","path":"/a/new","value":[]}]""", """{"a":{"b":[1,2,3],"c":4,"x/y":"z","new":[]},"n":null}""")]
    [TestCase("""[{"op":"move","from":"/a/c","path":"/c"}]""", """{"a":{"b":[1,2,3],"x/y":"z"},"n":null,"c":4}""")]
    [TestCase("""[{"op":"copy","from":"/a/b","path":"/a/b/0"},{"op":"remove","path":"/a/b/0/0"}]""",
        """{"a":{"b":[[2,3],1,2,3],"c":4,"x/y":"z"},"n":null}""")]
    [TestCase("""[{"op":"test","path":"/a/x~1y","value":"z"},{"op":"test","path":"/nope","value":null},{"op":"test","path":"/n","value":null},{"op":"add","path":"/a/c"}]""", """{"a":{"b":[1,2,3],"c":null,"x/y":"z"},"n":null}""")]
    public void WhenAJsonPatchApplies_ThenTheResultIsNewAndTheDocumentIsLeftAsItWas(string patch, string result)
    {
        var document = JsonNode.Parse(Document)!;

        var patched = JsonPatchDocument.Apply(document, (JsonArray)JsonNode.Parse(patch)!);

        Assert.Multiple(() =>
        {
            Assert.That(patched!.ToJsonString(), Is.EqualTo(result));
            Assert.That(document.ToJsonString(), Is.EqualTo(Document));
        });
    }

    [TestCase("""[{"op":"remove","path":"/a/nope"}]""", PatchRejection.Inapplicable)]
    [TestCase("""[{"op":"add","path":"/nope/x","value":1}]""", PatchRejection.Inapplicable)]
    [TestCase("""[{"op":"add","path":"/a/b/4","value":1}]""", PatchRejection.Inapplicable)]
    [TestCase("""[{"op":"replace","path":"/a/b/3","value":1}]""", PatchRejection.Inapplicable)]
    [TestCase("""[{"op":"add","path":"/a/c/d","value":1}]""", PatchRejection.Inapplicable)]
    [TestCase("""[{"op":"add","path":"","value":1}]""", PatchRejection.Inapplicable)]
    [TestCase("""[{"op":"put","path":"/a","value":1}]""", PatchRejection.Inapplicable)]
    [TestCase("""[{"op":"move","path":"/a"}]""", PatchRejection.Inapplicable)]
    [TestCase("""[{"op":"test","path":"/a/c","value":4.0}]""", PatchRejection.TestFailed)]
    [TestCase("""[{"op":"test","path":"/a/b","value":[1,2]}]""", PatchRejection.TestFailed)]
    [TestCase("""[5]""", PatchRejection.Malformed)]
    public void WhenAJsonPatchDoesNotApply_ThenItIsRejected(string patch, object kind)
    {
        var rejected = Assert.Throws<PatchRejectedException>(() =>
            JsonPatchDocument.Apply(JsonNode.Parse(Document), (JsonArray)JsonNode.Parse(patch)!));

        Assert.That(rejected!.Kind, Is.EqualTo(kind));
    }

    // The server compares the text, and writes <, > and & as escapes.
    [TestCase("""[{"op":"test","path":"/x","value":"a<b&\u003e"}]""", false)]
    [TestCase("""[{"op":"test","path":"/x","value":"a\u003Cb\u0026\u003e"}]""", false)]
    [TestCase("""[{"op":"test","path":"/x","value":"a\u003cb\u0026\u003e"}]""", true)]
    [TestCase("""[{"op":"test","path":"/y","value":["\u00fc"]}]""", false)]
    [TestCase("""[{"op":"test","path":"/y","value":["ü"]}]""", true)]
    public void WhenAJsonPatchTestsAString_ThenItsTextIsThatOfTheServer(string patch, bool applies)
    {
        var document = JsonNode.Parse("""{"x":"a<b&>","y":["ü"]}""")!;

        void Apply() => JsonPatchDocument.Apply(document, (JsonArray)JsonNode.Parse(patch)!);

        if (applies) Assert.DoesNotThrow(Apply);
        else Assert.Throws<PatchRejectedException>(Apply);
    }

    [TestCase("""{"a":{"c":null,"d":{"e":null,"f":1}},"n":2}""", """{"a":{"b":[1,2,3],"x/y":"z","d":{"f":1}},"n":2}""")]
    [TestCase("""{"a":{"b":[{"x":null,"y":1},null]}}""", """{"a":{"b":[{"y":1},null],"c":4,"x/y":"z"},"n":null}""")]
    [TestCase("""{"a":{"c":{"now":"an object"}}}""", """{"a":{"b":[1,2,3],"c":{"now":"an object"},"x/y":"z"},"n":null}""")]
    public void WhenAMergePatchApplies_ThenMembersAreSetAndNullsRemove(string patch, string result) =>
        Assert.That(MergePatchDocument.Apply(JsonNode.Parse(Document), JsonNode.Parse(patch))!.ToJsonString(), Is.EqualTo(result));

    [TestCase("[]", "array")]
    [TestCase("5", "number")]
    public void WhenAMergePatchIsNoObject_ThenItIsMalformed(string patch, string found)
    {
        var rejected =
            Assert.Throws<PatchRejectedException>(() => MergePatchDocument.Apply(JsonNode.Parse(Document), JsonNode.Parse(patch)));

        Assert.That(rejected!.Message,
            Is.EqualTo($"error decoding patch: json: cannot unmarshal {found} into Go value of type map[string]interface {{}}"));
    }
}
