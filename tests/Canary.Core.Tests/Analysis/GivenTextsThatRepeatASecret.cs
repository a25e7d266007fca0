using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Secrets;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenTextsThatRepeatASecret
{
    private static readonly string[] Values =
    [
        "5up3r-s3cret", "p@ss w/ord+\"x\"&'y'", "täg€-ölüß", "a1b2", "c3VwZXItc2VjcmV0LXRva2Vu", "line one\nline two",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
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
        yield return ("uri with small hex",
            value => System.Text.RegularExpressions.Regex.Replace(Uri.EscapeDataString(value), "%..",
                escape => escape.Value.ToLowerInvariant()));
        yield return ("form", value => WebUtility.UrlEncode(value)!);
        yield return ("every byte", Percent);
        yield return ("every other letter",
            value => string.Concat(value.EnumerateRunes().Select((rune, at) => at % 2 == 0 ? Percent(rune.ToString()) : rune.ToString())));
        yield return ("twice", value => Uri.EscapeDataString(Uri.EscapeDataString(value)));
        yield return ("json", value => JsonSerializer.Serialize(value)[1..^1]);
        yield return ("json, relaxed",
            value => JsonSerializer.Serialize(value,
                new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })[1..^1]);
        yield return ("json, every letter", value => string.Concat(value.Select(letter => $"\\u{(int)letter:X4}")));
        yield return ("json in json", value => JsonSerializer.Serialize(JsonSerializer.Serialize(value)[1..^1])[1..^1]);
        yield return ("html", value => WebUtility.HtmlEncode(value)!);
        yield return ("base64", value => B64(Encoding.UTF8.GetBytes(value)));
        yield return ("base64, without padding", value => B64(Encoding.UTF8.GetBytes(value)).TrimEnd('='));
        yield return ("base64url", value => Url(B64(Encoding.UTF8.GetBytes(value))).TrimEnd('='));
        yield return ("base64 in a uri", value => Uri.EscapeDataString(B64(Encoding.UTF8.GetBytes(value))));
        yield return ("hex", value => Convert.ToHexString(Encoding.UTF8.GetBytes(value)));
        yield return ("small hex", value => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value)));
        foreach (var nested in Nested()) yield return nested;
        foreach (var printed in Printed()) yield return printed;
    }

    // One code around another, in the orders in which clients, proxies and servers put them.
    private static IEnumerable<(string Name, Func<string, string> Write)> Nested()
    {
        static string B64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
        static string Json(string text) => JsonSerializer.Serialize(text);
        static string Uri(string text) => System.Uri.EscapeDataString(text);
        yield return ("hex of uri", value => Hex(Uri(value)));
        yield return ("hex of a query", value => Hex($"/api/v1/query?query={Uri($"up{{t='{value}'}}")}"));
        yield return ("hex of json", value => Hex(Json(value)));
        yield return ("hex of html", value => Hex(WebUtility.HtmlEncode(value)!));
        yield return ("hex of base64", value => Hex(B64(value)));
        yield return ("hex of hex", value => Hex(Hex(value)));
        yield return ("hex in json in base64", value => B64(Json(Hex(value))));
        yield return ("base64 of uri", value => B64(Uri(value)));
        yield return ("base64 of a form", value => B64($"grant_type=client_credentials&client_secret={WebUtility.UrlEncode(value)}"));
        yield return ("base64 of every byte", value => B64(string.Concat(Encoding.UTF8.GetBytes(value).Select(one => $"%{one:x2}"))));
        yield return ("base64 of json", value => B64($"{{\"token\":{Json(value)}}}"));
        yield return ("base64url of json", value => B64($"{{\"token\":{Json(value)}}}").Replace('+', '-').Replace('/', '_').TrimEnd('='));
        yield return ("base64 of html", value => B64(WebUtility.HtmlEncode(value)!));
        yield return ("base64 of base64", value => B64(B64(value)));
        yield return ("base64 of hex", value => B64(Hex(value)));
        yield return ("base64 of user and password", value => B64($"prometheus:{value}"));
        yield return ("base64 of user and password, each uri", value => B64($"prometheus:{Uri(value)}"));
        yield return ("base64 of base64 of user and password", value => B64(B64($"ann:{value}")));
        yield return ("base64 of uri of base64", value => B64(Uri(B64(value))));
        yield return ("json of base64 of uri", value => Json(B64(Uri(value))).Trim('"').Replace("/", "\\/"));
    }

    // As programs print bytes and quote words.
    private static IEnumerable<(string Name, Func<string, string> Write)> Printed()
    {
        static string Bytes(string text, string format, string between) =>
            string.Join(between, Encoding.UTF8.GetBytes(text).Select(one => string.Format(null, format, one)));
        yield return ("hex with dashes", value => BitConverter.ToString(Encoding.UTF8.GetBytes(value)));
        yield return ("hex with colons", value => Bytes(value, "{0:x2}", ":"));
        yield return ("hex with blanks", value => Bytes(value, "{0:X2}", " "));
        yield return ("hex with prefixes", value => Bytes(value, "0x{0:x2}", ", "));
        yield return ("numbers with blanks", value => Bytes(value, "{0}", " "));
        yield return ("numbers with commas", value => Bytes(value, "{0}", ","));
        yield return ("bytes after a backslash", value => Bytes(value, @"\x{0:x2}", ""));
        yield return ("octal after a backslash",
            value => string.Concat(Encoding.UTF8.GetBytes(value).Select(one => $"\\{Convert.ToString(one, 8).PadLeft(3, '0')}")));
        yield return ("code points after a backslash",
            value => string.Concat(value.EnumerateRunes().Select(rune => $"\\U{rune.Value:x8}")));
        yield return ("code points in braces", value => string.Concat(value.EnumerateRunes().Select(rune => $"\\u{{{rune.Value:x}}}")));
        yield return ("a pattern", value => System.Text.RegularExpressions.Regex.Replace(value, @"([\\.+*?()|\[\]{}^$])", @"\$1"));
        yield return ("a pattern in a string",
            value => Json(System.Text.RegularExpressions.Regex.Replace(value, @"([\\.+*?()|\[\]{}^$])", @"\$1")));
        yield return ("a word of a shell", value => System.Text.RegularExpressions.Regex.Replace(value, "([ -/:-@[-`{-~])", @"\$1"));
        yield return ("decimal entities", value => string.Concat(value.EnumerateRunes().Select(rune => $"&#{rune.Value};")));
        yield return ("hexadecimal entities", value => string.Concat(value.EnumerateRunes().Select(rune => $"&#x{rune.Value:X};")));
        yield return ("named entities", value => Named(value));
        yield return ("quoted-printable", value => Bytes(value, "={0:X2}", ""));
        yield return ("units after a percent", value => string.Concat(value.Select(letter => $"%u{(int)letter:x4}")));
        yield return ("base64 in lines",
            value =>
                System.Text.RegularExpressions.Regex.Replace(Convert.ToBase64String(Encoding.UTF8.GetBytes(value)), "(.{8})(?=.)", "$1\n"));
        yield return ("base64 of wide letters",
            value => Convert.ToBase64String((Ascii.IsValid(value) ? Encoding.Unicode : Encoding.UTF8).GetBytes(value)));
        yield return ("on one line", value => value.ReplaceLineEndings(" "));

        static string Json(string text) => JsonSerializer.Serialize(text)[1..^1];
        static string Named(string text) => string.Concat(text.Select(letter => letter switch
        {
            '/' => "&sol;",
            '+' => "&plus;",
            '"' => "&quot;",
            '&' => "&amp;",
            '\'' => "&apos;",
            '@' => "&commat;",
            '-' => "&hyphen;",
            '.' => "&period;",
            '_' => "&lowbar;",
            '=' => "&equals;",
            '\\' => "&bsol;",
            '%' => "&percnt;",
            'ä' => "&auml;",
            'ö' => "&ouml;",
            'ü' => "&uuml;",
            'ß' => "&szlig;",
            '€' => "&euro;",
            '\n' => "&NewLine;",
            _ => letter.ToString(),
        }));
    }

    private static IEnumerable<TestCaseData> Cases() => Values.SelectMany((value, at) => Encodings().Select(encoding =>
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
        foreach (var value in Values.Where(value => value.Length > 8))
        {
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{value}"));
            Assert.That(new SecretRedaction([value]).Apply($"Authorization: Basic {pair}."), Is.EqualTo("Authorization: Basic [redacted]."),
                $"{user}:{value}");
        }
    }

    [Test]
    public void WhenAServerCutsItOff_ThenThePieceIsTakenOut()
    {
        const string value = "AKIA-0123456789-abcdefghij-ZYXWV";
        for (var length = 12; length <= value.Length; length++)
            for (var from = 0; from + length <= value.Length; from++)
                Assert.That(new SecretRedaction([value]).Apply($"<{value.Substring(from, length)}>"), Is.EqualTo("<[redacted]>"),
                    $"{length} from {from}");
    }

    [Test]
    public void WhenItStandsAmongOthersManyTimes_ThenEveryOneIsTakenOutAndTheRestStays()
    {
        var redaction = new SecretRedaction(["first-one", "second-one"]);

        Assert.That(redaction.Apply("a first-one, FIRST%2Done; second-one/firstish äé😀"),
            Is.EqualTo("a [redacted], [redacted]; [redacted]/firstish äé😀"));
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
        Assert.That(new SecretRedaction(["s3cret-token\n"]).Apply("token s3cret-token! s3cret-token and"),
            Is.EqualTo("token [redacted]! [redacted] and"));

    [Test]
    public void WhenAnAnswerRepeatsIt_ThenNoLabelAndNoWarningHoldsIt()
    {
        var redaction = new SecretRedaction(["s3cret-token"]);
        var vector = (MetricAnswer.Vector)redaction.Apply(new MetricAnswer.Vector(
            [new Sample([new("job", "x"), new("t", "s3cret-token"), new("s3cret-token", "y")], 1)], ["used s3cret%2Dtoken"]));

        Assert.That(vector.Samples[0].Labels, Is.EqualTo(new Label[] { new("job", "x"), new("t", "[redacted]"), new("[redacted]", "y") }));
        Assert.That(vector.Warnings.Single(), Is.EqualTo("used [redacted]"));
        Assert.That(redaction.Apply(new MetricAnswer.Text("s3cret-token")), Is.EqualTo(new MetricAnswer.Text("[redacted]")));
        Assert.That(((MetricAnswer.Matrix)redaction.Apply(new MetricAnswer.Matrix([new Series([new("t", "s3cret-token")], [])],
            []))).Series[0].Labels[0].Value, Is.EqualTo("[redacted]"));
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

    [TestCase("Prometheus at http://prometheus.monitoring:9090 answered 503 in 0123456789 ms; trace 4bf92f3577b34da6a3ce929d0e0e4736, at "
        + "2026-01-31T12:00:00Z")]
    [TestCase("checkout-6d5f8c9b7d-x2x4z at 10.42.17.203:8080 is 12 34 56 78 90, "
        + "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    public void WhenATextHoldsNumbersAndHashes_ThenItStays(string text) =>
        Assert.That(new SecretRedaction(["5up3r-s3cret", "a1b2", "Pa55word: of basic"]).Apply(text), Is.EqualTo(text));

    [Test]
    public void WhenALongTextCanBeReadInVeryManyWays_ThenItIsTakenOutWholeAndNotSearchedForEver()
    {
        var dice = new Random(7);
        var encodings = Encodings().ToArray();
        var text = string.Join(' ', Enumerable.Range(0, 400)
            .Select(_ => encodings[dice.Next(encodings.Length)].Write(
                encodings[dice.Next(encodings.Length)].Write($"50%25 \"of\" &amp; {dice.Next()}"))));

        Assert.That(new SecretRedaction(["5up3r-s3cret"]).Apply(text[..1_000]), Is.EqualTo(text[..1_000]));
        Assert.That(new SecretRedaction(["5up3r-s3cret"]).Apply(text[..50_000]), Is.EqualTo("[redacted]"));
    }
}
