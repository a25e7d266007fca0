using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Kubernetes.Mapping;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenARequestAnnotation
{
    [TestCase(null)]
    [TestCase("")]
    [TestCase("  ")]
    public void WhenItIsAbsentOrEmpty_ThenNothingIsAsked(string? text) => Assert.That(RequestMapping.Read(text), Is.Null);

    [Test]
    public void WhenItIsWrittenAndRead_ThenItIsEqual()
    {
        var request =
            new RolloutRequest("r-1", RequestAction.PromoteFull, "9d21aa", 3, "eve", "in a hurry", null)
            {
                Edge = AnalysisPlacement.Post,
                To = "6f7c9d",
                Replicas = 0,
            };

        Assert.That(RequestMapping.Read(RequestMapping.Write(request)), Is.EqualTo(request));
    }

    [TestCase("{", "it is no JSON")]
    [TestCase("[]", "it is no JSON object")]
    [TestCase("{\"id\":\"1\"}",
        "action: it is missing; one of promote, promoteFull, abort, retry, pause, resume, restart, undo, rollbackTo, scale is needed")]
    [TestCase("{\"action\":\"abort\"}", "id: it is missing")]
    [TestCase("{\"id\":\"1\",\"action\":\"explode\"}",
        "action: it is 'explode'; allowed are promote, promoteFull, abort, retry, pause, resume, restart, undo, rollbackTo, scale")]
    [TestCase("{\"id\":\"1\",\"action\":\"promote\",\"step\":\"x\"}", "step: it is \"x\"; a whole number is needed")]
    [TestCase("{\"id\":\"1\",\"action\":\"scale\",\"replicas\":-1}", "replicas: it is -1")]
    public void WhenItCannotBeRead_ThenTheProblemIsSaidAndTheIdIsTheSameEachTime(string text, string expected)
    {
        var request = RequestMapping.Read(text)!;

        Assert.That(request.Problem, Does.Contain(expected));
        Assert.That(request.Id, Is.Not.Empty.And.EqualTo(RequestMapping.Read(text)!.Id));
    }
}
