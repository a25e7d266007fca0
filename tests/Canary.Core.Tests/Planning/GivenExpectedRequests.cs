using Canary.Core.Statistics;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

public sealed class GivenExpectedRequests
{
    // The published table: requests of the canary by the bound, at odds of 100 to 1 and a baseline of 0.1 %.
    [TestCase(0.01, 43059, 12077, 3609, 1161, 338)]
    [TestCase(0.05, 45149, 12732, 3841, 1254, 376)]
    [TestCase(0.1, 48020, 13630, 4156, 1380, 425)]
    [TestCase(0.2, 54829, 15751, 4896, 1670, 535)]
    [TestCase(0.5, 91484, 27105, 8801, 3164, 1078)]
    public void WhenARegressionIsLookedFor_ThenTheBoundIsThePublishedOne(double weight, params double[] requests)
    {
        double[] regressions = [1.5, 2, 3, 5, 10];
        for (var index = 0; index < regressions.Length; index++)
            Assert.That(ExpectedRequests.ByBound(weight, 0.001, regressions[index], 0.01, RatioGrid.Errors(1)),
                Is.EqualTo(requests[index]).Within(1));
    }

    [Test]
    public void WhenTheMixtureIsPaidFor_ThenItIsAboutWhatWasMeasured()
    {
        // Measured: a median of 17,232 requests at 2x and 10 %, 0.1 %.
        Assert.That(ExpectedRequests.OfMixture(0.1, 0.001, 2, 0.01, RatioGrid.Errors(1)), Is.EqualTo(17232).Within(10).Percent);
    }

    // Errors on both sides together until a canary that is equal is shown not to be twice as bad, at odds of 20 to 1: the published
    // numbers.
    [TestCase(0.01, 992)]
    [TestCase(0.05, 212)]
    [TestCase(0.1, 115)]
    [TestCase(0.2, 69)]
    [TestCase(0.5, 51)]
    public void WhenHarmlessnessIsToBeShown_ThenTheErrorsAreThePublishedOnes(double weight, double errors) =>
        Assert.That(ExpectedRequests.ByBound(weight, 0.001, 1, 0.05, RatioGrid.Harmlessness(2)) * 0.001 / weight, Is.EqualTo(errors)
            .Within(1));
}
