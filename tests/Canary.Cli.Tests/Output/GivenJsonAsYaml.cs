using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Http;
using Canary.Kubernetes.Mapping;
using Canary.Yaml;
using NUnit.Framework;

namespace Canary.Cli.Tests.Output;

/// <summary>What is written as YAML is read as the same value, by the command's reader and by the sandbox's.</summary>
public sealed class GivenJsonAsYaml
{
    private static readonly string[] Pieces =
        ["a", "b", " ", "  ", "\n", "\n\n", "\t", "\r", "\r\n", ":", ": ", " #", "#", "-", "- ", "?", "!", "&a", "*a", "%", "@", "`", "'",
            "\"", "\\", "{", "}", "[", "]", ",", "|", ">", "---", "...", "\n---\n", "\n...\n", "=", "<<", "~", "null", "Yes", "0", "1e3",
            ".5", "+", "0x1F", "\0", "\u007f", "\u0085", "\u00a0", "\u2028", "\ufeff", "\u200b", "ä", "字", "\U0001F680", "e\u0301"];

    [TestCase("")]
    [TestCase("NO")]
    [TestCase("on")]
    [TestCase("y")]
    [TestCase("null")]
    [TestCase("~")]
    [TestCase("12")]
    [TestCase("-1.5e3")]
    [TestCase("+7")]
    [TestCase("0x1F")]
    [TestCase("0o14")]
    [TestCase("1_000")]
    [TestCase("190:20:30")]
    [TestCase("2001-12-14")]
    [TestCase(".inf")]
    [TestCase("-.INF")]
    [TestCase(".NaN")]
    [TestCase("=")]
    [TestCase("<<")]
    public void WhenAStringLooksLikeAnotherType_ThenItIsQuoted(string text)
    {
        var written = YamlWriter.Write(new JsonObject { ["text"] = text, ["list"] = new JsonArray(text) });

        Assert.That(written, Is.EqualTo($"text: \"{text}\"\nlist:\n- \"{text}\"\n"));
    }

    [Test]
    public void WhenAnyTextIsWritten_ThenItIsReadAsTheSameText()
    {
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var node = new JsonObject
            {
                ["text"] = text,
                ["list"] = new JsonArray(text, new JsonArray(text, 1), new JsonObject { ["a"] = text }),
                [text] = 1
            };

            var written = YamlWriter.Write(node);

            var why = $"seed {seed}: {node.ToJsonString()}\n{written}";
            Assert.That(new[] { YamlDocument.Parse(written).Single().Root, YamlAnswer.Parse(written).Root },
                Is.All.Matches((JsonNode? read) => JsonNode.DeepEquals(read, node)), why);
        }
    }

    [TestCase("text", "text\n")]
    [TestCase("12", "\"12\"\n")]
    [TestCase("two\nlines", "|-\n  two\n  lines\n")]
    public void WhenItIsAStringAlone_ThenItIsADocument(string text, string written) =>
        Assert.That(YamlWriter.Write(JsonValue.Create(text)), Is.EqualTo(written));

    [Test]
    public void WhenFieldsAreSorted_ThenThoseBelowAreToo() =>
        Assert.That(YamlWriter.WriteSorted(JsonNode.Parse("""{"b":[{"d":{},"c":null}],"a":[]}""")),
            Is.EqualTo("a: []\nb:\n- c: null\n  d: {}\n"));
}
