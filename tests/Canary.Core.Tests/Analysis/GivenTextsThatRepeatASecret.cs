using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Canary.Core.Analysis;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenTextsThatRepeatASecret
{
    private static readonly string[] _values =
    [
        "5up3r-s3cret", "p@ss w/ord+\"x\"&'y'", "täg€-ölüß", "a1b2", "c3VwZXItc2VjcmV0LXRva2Vu", "line one\nline two", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        @"back\slash%41", "0123456789abcdef0123456789abcdef", "😀😁emoji",
    ];

    private static IEnumerable<(string Name, Func<string, string> Write)> Encodings()
    {
        static string B64(byte[] bytes) => Convert.ToBase64String(bytes);
        static string Url(string base64) => base64.Replace('+', '-').Replace('/', '_');
        static string Percent(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(one => $"%{one:x2}"));
        yield return ("raw", value => value);
        yield return ("upper case", value => value.ToUpperInvariant());
        yield return ("uri", Uri.EscapeDataString);
        yield return ("uri with small hex", value => System.Text.RegularExpressions.Regex.Replace(Uri.EscapeDataString(value), "%..", escape => escape.Value.ToLowerInvariant()));
        yield return ("form", value => WebUtility.UrlEncode(value)!);
        yield return ("every byte", Percent);
        yield return ("every other letter", value => string.Concat(value.EnumerateRunes().Select((rune, at) => at % 2 == 0 ? Percent(rune.ToString()) : rune.ToString())));
        yield return ("twice", value => Uri.EscapeDataString(Uri.EscapeDataString(value)));
        yield return ("json", value => JsonSerializer.Serialize(value)[1..^1]);
        yield return ("json, relaxed", value => JsonSerializer.Serialize(value, new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })[1..^1]);
        yield return ("json, every letter", value => string.Concat(value.Select(letter => $"\\u{(int)letter:X4}")));
        yield return ("json in json", value => JsonSerializer.Serialize(JsonSerializer.Serialize(value)[1..^1])[1..^1]);
        yield return ("html", value => WebUtility.HtmlEncode(value)!);
        yield return ("base64", value => B64(Encoding.UTF8.GetBytes(value)));
        yield return ("base64, without padding", value => B64(Encoding.UTF8.GetBytes(value)).TrimEnd('='));
        yield return ("base64url", value => Url(B64(Encoding.UTF8.GetBytes(value))).TrimEnd('='));
        yield return ("base64 in a uri", value => Uri.EscapeDataString(B64(Encoding.UTF8.GetBytes(value))));
        yield return ("hex", value => Convert.ToHexString(Encoding.UTF8.GetBytes(value)));
        yield return ("small hex", value => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value)));
    }

    private static IEnumerable<TestCaseData> Cases() => _values.SelectMany((value, at) => Encodings().Select(encoding =>
        new TestCaseData(value, encoding.Write(value)).SetName($"WhenValue{at}IsWrittenAs {encoding.Name}_ThenItIsTakenOut")));

    [TestCaseSource(nameof(Cases))]
    public void WhenAValueIsWrittenInAForm(string value, string written)
    {
        var redacted = new SecretRedaction([value]).Apply($"before {written} after");

        Assert.That(redacted, Is.EqualTo("before [redacted] after"));
    }

    [TestCase("ann")]
    [TestCase("a")]
    [TestCase("prometheus")]
    public void WhenUserAndPasswordAreEncodedAsOne_ThenNothingOfItIsLeft(string user)
    {
        foreach (var value in _values.Where(value => value.Length > 8))
        {
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{value}"));
            Assert.That(new SecretRedaction([value]).Apply($"Authorization: Basic {pair}."), Is.EqualTo("Authorization: Basic [redacted]."), $"{user}:{value}");
        }
    }

    [Test]
    public void WhenAServerCutsItOff_ThenThePieceIsTakenOut()
    {
        const string value = "AKIA-0123456789-abcdefghij-ZYXWV";
        for (var length = 12; length <= value.Length; length++)
            for (var from = 0; from + length <= value.Length; from++)
                Assert.That(new SecretRedaction([value]).Apply($"<{value.Substring(from, length)}>"), Is.EqualTo("<[redacted]>"), $"{length} from {from}");
    }

    [Test]
    public void WhenItStandsAmongOthersManyTimes_ThenEveryOneIsTakenOutAndTheRestStays()
    {
        var redaction = new SecretRedaction(["first-one", "second-one"]);

        Assert.That(redaction.Apply("a first-one, FIRST%2Done; second-one/firstish äé😀"), Is.EqualTo("a [redacted], [redacted]; [redacted]/firstish äé😀"));
        Assert.That(redaction.Apply("100 % of \\n &amp; 5%"), Is.EqualTo("100 % of \\n &amp; 5%"));
        Assert.That(redaction.Apply(""), Is.Empty);
    }

    [TestCase("1")]
    [TestCase("ok")]
    [TestCase("abc")]
    public void WhenAValueIsVeryShort_ThenMessagesStayReadableAndOnlyALabelOfItsOwnIsTakenOut(string value)
    {
        var redaction = new SecretRedaction([value]);
        const string message = "Prometheus at http://prometheus:9090 cannot read the query (401 bad_data): look at line 1, abc, ok";

        Assert.That(redaction.Apply(message), Is.EqualTo(message));
        Assert.That(redaction.Apply(value), Is.EqualTo("[redacted]"));
        Assert.That(new SecretRedaction([value, ""]).Apply("x"), Is.EqualTo("x"));
    }

    [Test]
    public void WhenASecretEndsWithALineBreak_ThenItIsFoundWithoutIt() =>
        Assert.That(new SecretRedaction(["s3cret-token\n"]).Apply("token s3cret-token!"), Is.EqualTo("token [redacted]!"));

    [Test]
    public void WhenAnAnswerRepeatsIt_ThenNoLabelAndNoWarningHoldsIt()
    {
        var redaction = new SecretRedaction(["s3cret-token"]);
        var vector = (MetricAnswer.Vector)redaction.Apply(new MetricAnswer.Vector([new Sample([new("job", "x"), new("t", "s3cret-token"), new("s3cret-token", "y")], 1)], ["used s3cret%2Dtoken"]));

        Assert.That(vector.Samples[0].Labels, Is.EqualTo(new Label[] { new("job", "x"), new("t", "[redacted]"), new("[redacted]", "y") }));
        Assert.That(vector.Warnings.Single(), Is.EqualTo("used [redacted]"));
        Assert.That(redaction.Apply(new MetricAnswer.Text("s3cret-token")), Is.EqualTo(new MetricAnswer.Text("[redacted]")));
        Assert.That(((MetricAnswer.Matrix)redaction.Apply(new MetricAnswer.Matrix([new Series([new("t", "s3cret-token")], [])], []))).Series[0].Labels[0].Value, Is.EqualTo("[redacted]"));
    }

    [Test]
    public void WhenTextsAndValuesAreMadeAtRandom_ThenNoValueIsLeftInAnyForm()
    {
        var dice = new Random(23);
        var encodings = Encodings().ToArray();
        for (var round = 0; round < 5_000; round++)
        {
            var value = string.Concat(Enumerable.Range(0, dice.Next(6, 40)).Select(_ => (char)dice.Next(33, 127)));
            var (name, write) = encodings[dice.Next(encodings.Length)];
            var written = write(value);

            var redacted = new SecretRedaction([value]).Apply($"{(char)dice.Next(32, 127)} {written} {(char)dice.Next(32, 127)}");

            Assert.That(redacted, Does.Contain("[redacted]").And.Not.Contain(written).IgnoreCase, $"{value} as {name}");
        }
    }
}
