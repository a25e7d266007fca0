using System;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Units;

public sealed class GivenADuration
{
    [TestCase("90s", 90_000)]
    [TestCase("2m30s", 150_000)]
    [TestCase("1.5h", 5_400_000)]
    [TestCase("100ms", 100)]
    [TestCase("1h2m3.5s", 3_723_500)]
    [TestCase(".5s", 500)]
    [TestCase("0", 0)]
    [TestCase("0s", 0)]
    [TestCase("90", 90_000)]
    [TestCase("2000us", 2)]
    [TestCase("2000µs", 2)]
    public void WhenItIsGoStyleOrWholeSeconds_ThenItIsRead(string text, long milliseconds)
    {
        Assert.That(GoDuration.TryParse(text, out var value, out var problem), Is.True, problem);
        Assert.That(value, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [TestCase("", "it is empty")]
    [TestCase("abc", "'abc' is not a duration")]
    [TestCase("1.5", "'1.5' has no unit behind 1.5")]
    [TestCase("-5s", "'-5s' is not a duration")]
    [TestCase("5 s", "'5 s' is not a duration")]
    [TestCase("1d", "'1d' is not a duration")]
    [TestCase("1h30", "'1h30' has no unit behind 30")]
    [TestCase("1..5s", "'1..5s' is not a duration")]
    [TestCase("99999999999999999999999999999999", "is longer than can be counted")]
    [TestCase("99999999999999h", "is longer than can be counted")]
    [TestCase("80000000h", "'80000000h' is longer than can be counted: 87600h, ten years, is the longest")]
    [TestCase("87600h0.000001s", "is longer than can be counted")]
    public void WhenItIsNot_ThenItSaysWhatWasFoundAndWhatIsAllowed(string text, string problem)
    {
        Assert.That(GoDuration.TryParse(text, out _, out var said), Is.False);
        Assert.That(said, Does.Contain(problem).And.Contain("allowed are Go style"));
    }

    [TestCase(90_000, "1m30s")]
    [TestCase(3_600_000, "1h")]
    [TestCase(100, "100ms")]
    [TestCase(1_500, "1.5s")]
    [TestCase(0, "0s")]
    [TestCase(90_061_000, "25h1m1s")]
    [TestCase(60_100, "1m0.1s")]
    public void WhenItIsWritten_ThenItIsShortAndReadsBack(long milliseconds, string text)
    {
        var length = TimeSpan.FromMilliseconds(milliseconds);

        Assert.That(GoDuration.Format(length), Is.EqualTo(text));
        Assert.That(GoDuration.TryParse(text, out var back, out _) ? back : TimeSpan.MinValue, Is.EqualTo(length));
    }
}
