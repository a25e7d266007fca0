using Canary.ApiServer.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Objects;

public sealed class GivenTextsOfLength
{
    [TestCase("80ms", 80)]
    [TestCase("1.5s", 1500)]
    [TestCase("2m30s", 150_000)]
    [TestCase("0", 0)]
    [TestCase("0.250s", 250)]
    public void WhenTheyAreRead_ThenTheyMeanWhatGoMeans(string text, double milliseconds)
    {
        Assert.That(DocumentDuration.TryParse(text, out var length), Is.True);
        Assert.That(length.TotalMilliseconds, Is.EqualTo(milliseconds));
    }

    [TestCase("80")]
    [TestCase("fast")]
    [TestCase("5 s")]
    [TestCase("")]
    [TestCase(null)]
    public void WhenTheyAreSomethingElse_ThenTheyAreNotRead(string? text) => Assert.That(DocumentDuration.TryParse(text, out _), Is.False);
}
