using System.Linq;
using System.Text;
using System.Text.Json;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Units;

public sealed class GivenJsonFromOutside
{
    [TestCase("{", "line 1")]
    [TestCase("{} {}", "line 1")]
    [TestCase("""{"id":"d1","id":"d2"}""", "id")]
    [TestCase("""{"a":{"b":1,"b":2}}""", "b")]
    [TestCase("""{"a":1,"\u0061":2}""", "a")]
    [TestCase("""{"id":"\ud800"}""", "surrogate")]
    [TestCase("""{"\udc00":1}""", "surrogate")]
    [TestCase("""["\ud800\ud800"]""", "surrogate")]
    public void WhenAPartOfItCannotBeRead_ThenItIsSaidAndNothingIsThrown(string text, string expected)
    {
        Assert.That(JsonText.TryParse(text, out var node, out var problem), Is.False);
        Assert.That(problem, Does.Contain(expected));
        Assert.That(node, Is.Null);
    }

    [Test]
    public void WhenTheTextItselfHoldsHalfAPair_ThenItIsSaid()
    {
        Assert.That(JsonText.TryParse($"{{\"id\":\"{(char)0xd800}\"}}", out _, out var problem), Is.False);
        Assert.That(problem, Does.Contain("surrogate"));
    }

    [TestCase("null", null)]
    [TestCase("""{"a":"\ud83d\ude00"}""", "{\"a\":\"\\uD83D\\uDE00\"}")]
    [TestCase("{\"a\":\"\\\\ud800\"}", "{\"a\":\"\\\\ud800\"}")]
    public void WhenAllOfItCanBeRead_ThenItIsThere(string text, string? expected)
    {
        Assert.That(JsonText.TryParse(text, out var node, out _), Is.True);
        Assert.That(node?.ToJsonString(), Is.EqualTo(expected));
    }

    [Test]
    public void WhenTheBytesAreNoUtf8_ThenItIsSaid()
    {
        Assert.That(JsonText.TryParse([.. "{\"a\":\""u8, 0xc3, 0x28, .. "\"}"u8], out _, out var problem), Is.False);
        Assert.That(problem, Does.Contain("UTF-8"));
    }

    [Test]
    public void WhenATextIsNestedDeeply_ThenItIsRefused() =>
        Assert.That(JsonText.TryParse(new string('[', 10_000) + new string(']', 10_000), out _, out _), Is.False);

    [TestCase("""{"a":1,"a":2}""", "{\"a\":2}")]
    [TestCase("""{"a":"x\ud800y","b":["\udc00"]}""", "{\"a\":\"x\\uFFFDy\",\"b\":[\"\\uFFFD\"]}")]
    [TestCase("""{"\ud800":"\ud83d\ude00 \ud800\n"}""", "{\"\\uFFFD\":\"\\uD83D\\uDE00 \\uFFFD\\n\"}")]
    [TestCase("""{"a":1e400,"a":[null,true,-0.5]}""", "{\"a\":[null,true,-0.5]}")]
    public void WhenAnObjectHoldsSuchParts_ThenItIsReadAsTheApiServerReadsIt(string text, string expected) =>
        Assert.That(JsonText.ReadObject(Encoding.UTF8.GetBytes(text))!.ToJsonString(), Is.EqualTo(expected));

    [Test]
    public void WhenAnObjectIsNoUtf8_ThenWhatIsNoCharacterIsReplaced() =>
        Assert.That(JsonText.ReadObject([.. "{\"a\":\""u8, 0xff, .. "\"}"u8])!["a"]!.GetValue<string>(), Is.EqualTo("\ufffd"));

    [Test]
    public void WhenAnObjectIsNestedDeeply_ThenItsDepthIsLeftOutAndTheRestIsThere()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 9_000)) + "1" + new string('}', 9_000);
        var node = JsonText.ReadObject(Encoding.UTF8.GetBytes($"{{\"deep\":{deep},\"name\":\"x\"}}"))!;

        Assert.That(node["name"]!.GetValue<string>(), Is.EqualTo("x"));
        Assert.That(() => node.DeepClone().ToJsonString().Length, Is.LessThan(10_000));
    }

    [TestCase("{")]
    [TestCase("")]
    [TestCase("{} {}")]
    [TestCase("{\"a\":\"\\ud800\"")]
    public void WhenAnObjectIsNoJson_ThenThatIsTheOnlyExceptionThereIs(string text) =>
        Assert.That(() => JsonText.ReadObject(Encoding.UTF8.GetBytes(text)), Throws.InstanceOf<JsonException>());
}
