using System;
using Canary.Terminal;
using NUnit.Framework;

namespace Canary.Cli.Tests.Output;

public sealed class GivenAnAge
{
    [TestCase(0, "0s")]
    [TestCase(119, "119s")]
    [TestCase(120, "2m")]
    [TestCase(200, "3m20s")]
    [TestCase(3600, "60m")]
    [TestCase(4 * 3600 + 300, "4h5m")]
    [TestCase(30 * 3600, "30h")]
    [TestCase(50 * 3600, "2d2h")]
    [TestCase(30 * 86400, "30d")]
    public void WhenItIsSaid_ThenItReadsAsKubectlSaysIt(int seconds, string text) =>
        Assert.That(Age.Format(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [Test]
    public void WhenThereIsNone_ThenItSaysSo() => Assert.That(Age.Format(null, DateTimeOffset.UnixEpoch), Is.EqualTo("<none>"));
}
