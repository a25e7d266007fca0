using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.Cli.Reading;
using NUnit.Framework;

namespace Canary.Cli.Tests.Requests;

public sealed class GivenARequest
{
    // The form that the admission policy in deploy/base/admission.yaml asks for.
    private static readonly Regex Form = new(
        """^[{]("(id|action|revision|edge|to|by|reason)":"[^"\\]*"|"(step|replicas)":[0-9]+)(,("(id|action|revision|edge|to|by|reason)":"[^"\\]*"|"(step|replicas)":[0-9]+))*[}]$""");

    [Test]
    public void WhenItIsWritten_ThenItIsOneFlatObject()
    {
        var text = RequestText.Write("a1", "promote", "9d21aa", 3, "post", "sre@example.com", "looks good");

        Assert.That(text,
            Is.EqualTo(
                """{"id":"a1","action":"promote","revision":"9d21aa","step":3,"edge":"post","by":"sre@example.com","reason":"looks good"}"""));
        Assert.That(text, Does.Match(Form));
    }

    [Test]
    public void WhenItNamesARevisionOrReplicas_ThenTheFormHolds()
    {
        var text = RequestText.Write("a1", "rollbackTo", "9d21aa", null, null, "me", "", new RequestDetails("6f7c9d", 3));

        Assert.That(text, Is.EqualTo("""{"id":"a1","action":"rollbackTo","revision":"9d21aa","to":"6f7c9d","replicas":3,"by":"me"}"""));
        Assert.That(text, Does.Match(Form));
    }

    [TestCase("a \"quoted\" word", "a 'quoted' word")]
    [TestCase("two\nlines\tand a tab", "two lines and a tab")]
    [TestCase("back\\slash", "back/slash")]
    [TestCase("} , {\"by\":\"root\"", "} , {'by':'root'")]
    public void WhenTheReasonHoldsWhatJsonWouldEscape_ThenItIsReplacedAndTheFormHolds(string reason, string written)
    {
        var text = RequestText.Write("a1", "abort", null, null, null, "me", reason);

        Assert.That(text, Does.Match(Form));
        Assert.That((string?)JsonNode.Parse(text)!["reason"], Is.EqualTo(written));
        Assert.That((string?)JsonNode.Parse(text)!["by"], Is.EqualTo("me"));
    }
}
