using System;
using System.Linq;
using System.Text;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Units;

public sealed class GivenTextOfAServer
{
    [TestCase("one line", "one line")]
    [TestCase("\r\n \n  first  line\t of\u00a0two \nsecond", "first line of two")]
    [TestCase("a\u2028b", "a")]
    [TestCase("a\u0085b", "a")]
    [TestCase("\u001b[31mred\u001b[0m\u0007", "[31mred[0m")]
    [TestCase("turned \u202eround\u202c \u200bhidden\ufeff", "turned round hidden")]
    [TestCase("lone \ud800 surrogate", "lone surrogate")]
    [TestCase("\0\0", "")]
    [TestCase(null, "")]
    public void WhenItIsRepeated_ThenItIsOneLineThatCanBeShown(string? text, string line) =>
        Assert.That(ServerText.FirstLine(text), Is.EqualTo(line));

    [Test]
    public void WhenAllLinesMatter_ThenTheyAreJoined() =>
        Assert.That(ServerText.OneLine(" a \r\n\tb\u0007\n\nc d", 6), Is.EqualTo("a b c…"));

    [Test]
    public void WhenItIsLong_ThenItEndsWithAnEllipsisAndNoCharacterIsCutInHalf()
    {
        Assert.That(ServerText.FirstLine(new string('x', 1_000_000)), Is.EqualTo(new string('x', ServerText.Longest) + "…"));
        Assert.That(ServerText.FirstLine("ab🙂🙂", 3), Is.EqualTo("ab…"));
    }

    [Test]
    public void WhenItIsAnything_ThenItsLengthAndItsCharactersAreBounded()
    {
        var random = new Random(7);
        for (var count = 0; count < 2_000; count++)
        {
            var text =
                new string([.. Enumerable.Range(0, random.Next(600)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 128 : 65_536))]);

            var line = ServerText.FirstLine(text, 100);

            Assert.That(line, Has.Length.LessThanOrEqualTo(101));
            Assert.That(line.EnumerateRunes().Any(Rune.IsControl), Is.False);
            Assert.That(line, Is.EqualTo(ServerText.FirstLine(line, 101)));
        }
    }
}
