using System.Linq;
using Canary.Core.Analysis;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenMeasurementsToDraw
{
    [TestCase(new[] { "[0]", "[0.5]", "[1]" }, "▁▅█")]
    [TestCase(new[] { "[3]", "[3]" }, "██")]
    [TestCase(new[] { "[0]", "[0]" }, "▁▁")]
    [TestCase(new[] { "-1", "1" }, "▁█")]
    [TestCase(new[] { "[1]", "[]", "[NaN]", "[1, 2]", "!" }, "█···!")]
    [TestCase(new[] { "!", "[]" }, "!·")]
    [TestCase(new string[0], "")]
    public void WhenTheyAreDrawn_ThenEachHasItsBlock(string[] values, string expected) => Assert.That(
        Sparkline.Draw(values.Select(value => value == "!" ? new Measurement(A.Start, A.Start, RunPhase.Error, "", "down")
            : new Measurement(A.Start, A.Start, RunPhase.Successful, value, ""))),
        Is.EqualTo(expected));
}
