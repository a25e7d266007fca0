using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Kubernetes.Mapping;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenRulesForAlerts
{
    private static JsonNode Spec(string alert) => JsonNode.Parse($$$"""
        {"traffic":{"stable":{"service":"a"},"canary":{"service":"b"},"istio":{"virtualServices":[{"name":"x"}]}},"revision":"1","strategy":{"canary":{}},"alerts":[{{{alert}}}]}
        """)!;

    [Test]
    public void WhenARuleUsesEveryField_ThenItIsReadAndWrittenAlike()
    {
        const string alert = """
            {"matchLabels":{"severity":"critical"},"matchExpressions":[{"key":"service","operator":"In","values":["a","b"]},{"key":"team","operator":"DoesNotExist"},
            {"key":"zone","operator":"DoesNotMatch","values":["eu-.*"]}],"action":"pause","includeExisting":true,"identityLabels":["alertname","service"]}
            """;

        var (spec, errors) = RolloutSpecMapping.Read(Spec(alert));

        Assert.That(errors, Is.Empty);
        Assert.That(spec!.Alerts.Single(), Is.EqualTo(new AlertRule([new("severity", "critical")], AlertAction.Pause, true)
        {
            MatchExpressions = [new("service", AlertMatchOperator.In, ["a", "b"]), new("team", AlertMatchOperator.DoesNotExist, []),
                new("zone", AlertMatchOperator.DoesNotMatch, ["eu-.*"])],
            IdentityLabels = ["alertname", "service"],
        }));
        Assert.That(RolloutSpecMapping.Read(RolloutSpecMapping.Write(spec)).Spec, Is.EqualTo(spec));
    }

    [TestCase("""{"action":"abort"}""", "spec.alerts[0].matchLabels: it is missing, and so is matchExpressions; give at least one label")]
    [TestCase("""{"matchExpressions":[]}""",
        "spec.alerts[0].matchLabels: it is empty, and every alert would match; give at least one label")]
    [TestCase("""{"matchExpressions":[{"key":"a","operator":"in","values":["x"]}]}""",
        "spec.alerts[0].matchExpressions[0].operator: it is 'in'; allowed are In, NotIn, Exists, DoesNotExist, Matches, DoesNotMatch")]
    [TestCase("""{"matchExpressions":[{"operator":"Exists"}]}""",
        "spec.alerts[0].matchExpressions[0].key: it is missing; the name of a label is needed")]
    [TestCase("""{"matchExpressions":[{"key":"a"}]}""",
        "spec.alerts[0].matchExpressions[0].operator: it is missing; one of In, NotIn, Exists, DoesNotExist, Matches, DoesNotMatch is "
            + "needed")]
    [TestCase("""{"matchExpressions":[{"key":"a","operator":"In","values":[1]}]}""",
        "spec.alerts[0].matchExpressions[0].values[0]: it is 1; a string is needed")]
    [TestCase("""{"matchExpressions":["x"]}""", "spec.alerts[0].matchExpressions[0]: it is \"x\"; an object is needed")]
    [TestCase("""{"matchLabels":{"a":"b"},"identityLabels":"alertname"}""",
        "spec.alerts[0].identityLabels: it is \"alertname\"; a list is needed")]
    public void WhenARuleCannotBeRead_ThenItIsSaidWithItsPath(string alert, string error)
    {
        var (spec, errors) = RolloutSpecMapping.Read(Spec(alert));

        Assert.That((spec, errors.Select(one => one.ToString())), Is.EqualTo(((RolloutSpec?)null, new[] { error })));
    }
}
