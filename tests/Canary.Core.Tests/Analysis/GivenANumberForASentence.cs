using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenANumberForASentence
{
    [TestCase(0.0412, 4, "0.0412")]
    [TestCase(0.04125, 2, "0.041")]
    [TestCase(812.4, 3, "812")]
    [TestCase(48213.4, 4, "48213")]
    [TestCase(1e6, 4, "1000000")]
    [TestCase(99.99724133650409, 2, "100")]
    [TestCase(9.67366043770395e-5, 2, "0.000097")]
    [TestCase(-4.1e-6, 2, "-0.0000041")]
    [TestCase(0, 3, "0")]
    [TestCase(0.1, 17, "0.1")]
    [TestCase(1e-40, 2, "1E-40")]
    [TestCase(1.5e300, 2, "1.5E+300")]
    [TestCase(double.NaN, 2, "NaN")]
    [TestCase(double.NegativeInfinity, 2, "-Inf")]
    public void WhenItIsShortened_ThenItHasNoExponentAndNoMoreDigits(double number, int digits, string expected) =>
        Assert.That(NumberText.Short(number, digits), Is.EqualTo(expected));
}
