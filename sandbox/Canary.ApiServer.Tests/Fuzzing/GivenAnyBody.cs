using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Http;
using Canary.Fuzzing;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Fuzzing;

/// <summary>Whatever body a client sends to the API server of the sandbox: an object that can be checked and stored, or a refusal, within
/// bounds of depth and size.</summary>
public sealed class GivenAnyBody
{
    private const long MostBytes = 128L << 20;

    private static readonly ObjectSchema Rollouts = SchemaOf("canary.delivery_rollouts.yaml");

    private static ObjectSchema SchemaOf(string file)
    {
        var definition = YamlAnswer.Parse(File.ReadAllText(RepositoryFolder.PathTo("deploy", "crds", file))).Root;
        var version = definition!["spec"]!["versions"]![0]!;
        return ObjectSchema.FromCustomResource((JsonObject)version["schema"]!["openAPIV3Schema"]!, version["subresources"] as JsonObject);
    }

    [Test]
    public void WhenYamlIsMutated_ThenItIsReadAndCheckedOrRefused() => FuzzRun.Each(
        2_000,
        seed =>
        {
            var mutator = new Mutator(seed);
            var text = mutator.Number(20) == 0 ? Dear(mutator)
                : mutator.Text(SampleObjects.Rollout + "\nx: &a [1, 2]\ny: [*a, *a]\nz: { <<: *a }\n");
            try
            {
                return Checked(YamlAnswer.Parse(text));
            }
            catch (ApiRefusal refusal)
            {
                Assert.That((refusal.Code, refusal.Message), Is.EqualTo((400, refusal.Message)));
                return "refused";
            }
        },
        MostBytes).HasAtLeast(15, "accepted", "invalid").HasAtLeast(15, "refused");

    [Test]
    public void WhenJsonIsMutated_ThenItIsReadAndCheckedOrRefused()
    {
        var valid = YamlAnswer.Parse(SampleObjects.Rollout).Root!;
        FuzzRun.Each(
            3_000,
            seed =>
            {
                try
                {
                    return Checked(BodyText.ParseJson(new Mutator(seed).Document(valid)));
                }
                catch (Exception refused) when (refused is JsonException or ApiRefusal)
                {
                    return "refused";
                }
            },
            MostBytes).HasAtLeast(30, "accepted", "invalid").HasAtLeast(10, "refused");
    }

    [Test]
    public void WhenAliasesStandForTooMuch_ThenTheBodyIsRefusedAtOnce()
    {
        Assert.That(() => YamlAnswer.Parse(Bomb(12)), Throws.InstanceOf<ApiRefusal>().With.Message.Contains("excessive aliasing"));
        Assert.That(() => YamlAnswer.Parse("a: &a [*a]"), Throws.InstanceOf<ApiRefusal>());
        Assert.That(() => YamlAnswer.Parse("a: *nobody"), Throws.InstanceOf<ApiRefusal>().With.Message.Contains("unknown anchor"));
        Assert.That(() => YamlAnswer.Parse(string.Concat(Enumerable.Repeat("{a: ", 5_000))), Throws.InstanceOf<ApiRefusal>());
        Assert.That(YamlAnswer.Parse("a: &a { b: 1 }\nc: *a").Root!.ToJsonString(), Is.EqualTo("{\"a\":{\"b\":1},\"c\":{\"b\":1}}"));
    }

    [TestCase("{\"a\":\"\\ud800\"}", "{\"a\":\"\\uFFFD\"}")]
    [TestCase("{\"\\udc00\\\\ud800\":\"\\ud83d\\ude00\\ud800\"}", "{\"\\uFFFD\\\\ud800\":\"\\uD83D\\uDE00\\uFFFD\"}")]
    public void WhenATextIsHalfACharacter_ThenItIsReplacedAsGoDoes(string body, string read) =>
        Assert.That(BodyText.ParseJson(Encoding.UTF8.GetBytes(body)).Root!.ToJsonString(), Is.EqualTo(read));

    private static string Checked(ParsedBody body)
    {
        if (body.Root is not JsonObject document) return "no object";
        document.ToJsonString();
        if (Rollouts.DecodingError(document) is not null) return "undecodable";
        _ = Rollouts.UnknownFields(document).Count;
        Rollouts.Prune(document);
        Rollouts.Default(document);
        document.ToJsonString();
        return Rollouts.Validate(document, null, null).Count + Rollouts.Validate(document, null, "status").Count == 0 ? "accepted"
            : "invalid";
    }

    private static string Dear(Mutator mutator) => mutator.Number(4) switch
    {
        0 => Bomb(mutator.Number(20)),
        1 => new string(mutator.Pick(['[', '{', '-', '?']), mutator.Pick([100, 3_000, 50_000])),
        2 => string.Join("\n", Enumerable.Range(0, mutator.Pick([10, 300, 2_000])).Select(depth => new string(' ', depth) + "- a:")),
        _ => $"a: {new string('x', 300_000)}\nb: [{string.Join(", ", Enumerable.Repeat("1e999", 10_000))}]",
    };

    private static string Bomb(int levels)
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < levels; level++)
            bomb.Append(CultureInfo.InvariantCulture,
                $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        return bomb.ToString();
    }
}
