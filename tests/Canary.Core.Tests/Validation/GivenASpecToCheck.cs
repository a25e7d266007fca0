using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Tests.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Testing.Routers;
using NUnit.Framework;

namespace Canary.Core.Tests.Validation;

public sealed class GivenASpecToCheck
{
    private static readonly RolloutSpec Good = A.Rollout;

    [Test]
    public void WhenNothingIsWrong_ThenThereAreNoErrors()
    {
        Assert.That(RolloutRules.Check(Good), Is.Empty);
        Assert.That(RolloutRules.Check(A.Alternating), Is.Empty);
        Assert.That(RolloutRules.Check(Good with { PreAnalysis = A.Smoke, PostAnalysis = A.Smoke, Alerts = [A.Rule] }), Is.Empty);
        Assert.That(RolloutRules.Check(Good with { Steps = [A.SetWeight(50), A.SetWeight(20), A.SetWeight(100)] }), Is.Empty,
            "steps may lower the weight");
        Assert.That(RolloutRules.Check(Good with { Steps = [], Analysis = Good.Analysis! with { StartingStep = 0 } }), Is.Empty);
        Assert.That(RolloutRules.Check(Sides(first => first with { Service = "checkout", Subset = "a" },
            second => second with { Service = "checkout", Subset = "b" })), Is.Empty);
    }

    [TestCaseSource(nameof(Wrong))]
    [TestCaseSource(nameof(WrongEdges))]
    public void WhenSomethingIsWrong_ThenItIsSaidWithItsPath(RolloutSpec spec, string error) =>
        Assert.That(RolloutRules.Check(spec).Select(one => one.ToString()), Is.EqualTo(new[] { error }));

    [Test]
    public void WhenSeveralThingsAreWrong_ThenAllAreSaid()
    {
        var spec =
            Good with { Steps = [new Step.SetWeight(Weight.FromPercent(0.5m))], ProgressDeadline = TimeSpan.Zero, Revision = "2.0.0" };

        Assert.That(RolloutRules.Check(spec).Select(one => one.Path), Is.EqualTo(new[]
        {
            "spec.revision", "spec.strategy.canary.steps[0].setWeight", "spec.strategy.canary.analysis.startingStep",
            "spec.progressDeadline",
        }));
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case(Sides(first => first with { Workload = null }, second => second),
            "spec.traffic.stable.workload: it is missing, and spec.traffic.canary.workload is given; name workloads on both sides, or on "
                + "neither and give spec.revision");
        yield return Case(A.Alternating with { Revision = null },
            "spec.revision: it is missing, and neither side names a workload; nothing says what is released: name workloads on both sides "
                + "or give a revision");
        yield return Case(A.Alternating with { Revision = " " }, "spec.revision: it is empty; give the version that the canary side runs");
        yield return Case(Sides(first => first, second => second with { Service = "checkout-stable" }),
            "spec.traffic.canary.service: it is 'checkout-stable' on both sides; two Services, or two subsets of one, are needed");
        yield return Case(Sides(first => first with { Subset = "v1" }, second => second),
            "spec.traffic.canary.subset: it is missing, and spec.traffic.stable.subset is given; name a subset on both sides or on "
                + "neither");
        yield return Case(
            Sides(first => first with { Service = "x", Subset = "v1" }, second => second with { Service = "x", Subset = "v1" }),
            "spec.traffic.canary.subset: it is 'v1' on both sides; two subsets are needed");
        yield return Case(
            Sides(first => first with { Service = "x", Subset = "v1" }, second => second with { Service = "y", Subset = "v2" }),
            "spec.traffic.canary.service: it is 'y', and the subset of stable belongs to 'x'; two subsets of one Service are needed");
        yield return Case(Sides(first => first, second => second with { Workload = Good.Traffic.NamedStable.Workload }),
            "spec.traffic.canary.workload.name: it is 'checkout-stable' on both sides; two workloads are needed");
        yield return Case(Sides(first => first with { Workload = new WorkloadReference("CronJob", "a") }, second => second),
            "spec.traffic.stable.workload.kind: it is 'CronJob'; allowed is Deployment");
        yield return Case(Good with { Traffic = Good.Traffic with { Router = new NamedRouter("") } }, "spec.traffic.named: it is empty");
        yield return Case(Good with { Steps = [A.SetWeight(5), new Step.Analyze(A.Red with { Templates = [] })] },
            "spec.strategy.canary.steps[1].analysis.templates: it is empty; name at least one template");
        yield return Case(Good with { Steps = [A.SetWeight(5), A.Pause(-1)] },
            "spec.strategy.canary.steps[1].pause.duration: it is -1s; a pause cannot be shorter than 0s");
        yield return Case(Good with { Steps = [A.SetWeight(5), new Step.Pause(TimeSpan.FromHours(80_000_000))] },
            "spec.strategy.canary.steps[1].pause.duration: it is 80000000h; at most 87600h is allowed: leave the duration out to pause "
                + "until a person promotes");
        yield return Case(Good with { IsStableScaled = true },
            "spec.strategy.canary.dynamicStableScale: it is true, and it needs spec.workload: Canary does not scale workloads that the "
                + "sides name; remove it");
        yield return Case(Good with { UnreadyLimit = 0 },
            "spec.strategy.canary.unreadyLimit: it is 0; 1 to 100 losses of all ready pods are allowed");
        yield return Case(Good with { UnreadyLimit = 101 },
            "spec.strategy.canary.unreadyLimit: it is 101; 1 to 100 losses of all ready pods are allowed");
        yield return Case(Good with { ProgressDeadline = TimeSpan.FromHours(80_000_000) },
            "spec.progressDeadline: it is 80000000h; at most 87600h is allowed");
        yield return Case(Good with { Alpha = 0 },
            "spec.strategy.canary.analysis.alpha: it is 0; false rollbacks allowed per rollout are above 0 and below 1, such as 0.01");
        yield return Case(Good with { Alpha = 1 },
            "spec.strategy.canary.analysis.alpha: it is 1; false rollbacks allowed per rollout are above 0 and below 1, such as 0.01");
        yield return Case(Good with { Analysis = Good.Analysis! with { StartingStep = 6 } },
            "spec.strategy.canary.analysis.startingStep: it is 6; with 6 steps 0 to 5 are allowed");
        yield return Case(Good with { Analysis = Good.Analysis! with { Analysis = A.Red with { Templates = [] } } },
            "spec.strategy.canary.analysis.templates: it is empty; name at least one template");
    }

    private static IEnumerable<TestCaseData> WrongEdges()
    {
        var (severity, service) = (new Label("severity", "critical"), new Label("service", "checkout"));
        yield return Case(Good with { PreAnalysis = A.Smoke with { Templates = [] } },
            "spec.strategy.canary.preAnalysis.templates: it is empty; name at least one template");
        yield return Case(Good with { PostAnalysis = A.Smoke with { Templates = [] } },
            "spec.strategy.canary.postAnalysis.templates: it is empty; name at least one template");
        yield return Case(Alerts([[]]), "spec.alerts[0].matchLabels: it is empty, and every alert would match; give at least one label");
        yield return Case(Alerts([severity, new Label("", "x")]),
            "spec.alerts[0].matchLabels: a label has no name; the name of the alert itself is alertname");
        yield return Case(Alerts([new Label("not a label", "x")]),
            "spec.alerts[0].matchLabels: 'not a label' is no name of a label; a name has letters, digits and underscores, and begins with "
                + "no digit");
        yield return Case(Alerts([severity, new Label("x=\"y\"} or ALERTS{alertname", "x")]),
            "spec.alerts[0].matchLabels: 'x=\"y\"} or ALERTS{alertname' is no name of a label; a name has letters, digits and "
                + "underscores, and begins with no digit");
        yield return Case(Alerts([new Label("dienst-ü", "x")]),
            "spec.alerts[0].matchLabels: 'dienst-ü' is no name of a label; a name has letters, digits and underscores, and begins with no "
                + "digit");
        yield return Case(Alerts([severity, severity]),
            "spec.alerts[0].matchLabels: label 'severity' is given 2 times; an alert has each label once");
        yield return Case(Alerts([severity, service], [severity], [service, severity]),
            "spec.alerts[2].matchLabels: it is the same as that of spec.alerts[0]; give one rule for the same alerts");
        yield return Case(Alerts(Enumerable.Range(0, 33).Select(i => new Label($"l{i}", "")).ToEquatableArray()),
            "spec.alerts[0].matchLabels: it has 33 labels; allowed are 32");
        yield return Case(Alerts([.. Enumerable.Range(0, 33).Select(i => new[] { new Label("alertname", $"a{i}") }.ToEquatableArray())]),
            "spec.alerts: it has 33 rules; allowed are 32");
    }

    [TestCase("not a label", AlertMatchOperator.Exists, "", "matchExpressions[0].key: 'not a label' is no name of a label")]
    [TestCase("x=\"y\"} or ALERTS{alertname", AlertMatchOperator.Exists, "",
        "matchExpressions[0].key: 'x=\"y\"} or ALERTS{alertname' is no name of a label")]
    [TestCase("severity", AlertMatchOperator.In, "", "matchExpressions[0].values: it is empty; In needs at least one value")]
    [TestCase("severity", AlertMatchOperator.Exists, "page", "matchExpressions[0].values: it has 1 values; Exists takes none")]
    [TestCase("severity", AlertMatchOperator.Matches, "pa(ge", "matchExpressions[0].values[0]: it is no regular expression")]
    [TestCase("severity", AlertMatchOperator.Matches, "(?=page)", "matchExpressions[0].values[0]: it has \"(?=p\" at letter 1")]
    [TestCase("severity", AlertMatchOperator.DoesNotMatch, "(a)\\1", "matchExpressions[0].values[0]: it has \"\\1\" at letter 4")]
    [TestCase("severity", AlertMatchOperator.Matches, "((a{1000}){1000}){1000}", "matchExpressions[0].values[0]: it is too large")]
    [TestCase("severity", AlertMatchOperator.Matches, "a{1001}",
        "matchExpressions[0].values[0]: it has \"{100\" at letter 2; at most 1000")]
    public void WhenARequirementOfAnAlertIsWrong_ThenItIsSaidWithItsPath(string key, AlertMatchOperator comparison, string values,
        string error)
    {
        var rule = new AlertRule([], AlertAction.Abort,
            false)
        { MatchExpressions = [new AlertMatchExpression(key, comparison, values.Length == 0 ? [] : [values])] };

        var found = RolloutRules.Check(Good with { Alerts = [rule] }).Single().ToString();

        Assert.That(found, Does.StartWith($"spec.alerts[0].{error}"));
    }

    [TestCase("al ert", "spec.alerts[0].identityLabels[1]: 'al ert' is no name of a label")]
    [TestCase("alertname", "spec.alerts[0].identityLabels[1]: 'alertname' is named twice")]
    public void WhenTheIdentityOfAlertsIsWrong_ThenItIsSaidWithItsPath(string name, string error) =>
        Assert.That(RolloutRules.Check(Good with { Alerts = [A.Rule with { IdentityLabels = ["alertname", name] }] }).Single()
            .ToString(), Does.StartWith(error));

    private static RolloutSpec Alerts(params EquatableArray<Label>[] rules) =>
        Good with { Alerts = [.. rules.Select(labels => new AlertRule(labels, AlertAction.Abort, false))] };

    private static TestCaseData Case(RolloutSpec spec, string error) =>
        new TestCaseData(spec, error).SetArgDisplayNames(error.Split(':')[0]);

    private static RolloutSpec Sides(Func<SideSpec, SideSpec> first, Func<SideSpec, SideSpec> second) =>
        Good with
        {
            Traffic =
            Good.Traffic with { NamedStable = first(Good.Traffic.NamedStable), NamedCanary = second(Good.Traffic.NamedCanary) }
        };
}
