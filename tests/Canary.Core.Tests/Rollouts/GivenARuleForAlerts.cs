using System;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Red;
using Canary.Core.Rollouts.Alerting;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenARuleForAlerts
{
    private static readonly FiringAlert Alert = new(
        [new("alertname", "CheckoutErrors"), new("service", "checkout-eu"), new("severity", "critical")], DateTimeOffset.UnixEpoch, "test");

    [TestCase("severity", AlertMatchOperator.In, "page,critical", true, "severity=~\"page|critical\"")]
    [TestCase("severity", AlertMatchOperator.In, "page", false, "severity=~\"page\"")]
    [TestCase("severity", AlertMatchOperator.In, "c.*", false, "severity=~\"c\\\\.\\\\*\"")]
    [TestCase("severity", AlertMatchOperator.NotIn, "info,warning", true, "severity!~\"info|warning\"")]
    [TestCase("severity", AlertMatchOperator.NotIn, "critical", false, "severity!~\"critical\"")]
    [TestCase("team", AlertMatchOperator.NotIn, "shop", true, "team!~\"shop\"")]
    [TestCase("service", AlertMatchOperator.Exists, "", true, "service!=\"\"")]
    [TestCase("team", AlertMatchOperator.Exists, "", false, "team!=\"\"")]
    [TestCase("team", AlertMatchOperator.DoesNotExist, "", true, "team=\"\"")]
    [TestCase("service", AlertMatchOperator.DoesNotExist, "", false, "service=\"\"")]
    [TestCase("service", AlertMatchOperator.Matches, "checkout-(eu|us)", true, "service=~\"(?:checkout-(eu|us))\"")]
    [TestCase("service", AlertMatchOperator.Matches, "checkout", false, "service=~\"(?:checkout)\"")]
    [TestCase("service", AlertMatchOperator.Matches, "cart,check.+", true, "service=~\"(?:cart)|(?:check.+)\"")]
    [TestCase("service", AlertMatchOperator.DoesNotMatch, "cart.*", true, "service!~\"(?:cart.*)\"")]
    [TestCase("service", AlertMatchOperator.DoesNotMatch, "check.*", false, "service!~\"(?:check.*)\"")]
    [TestCase("team", AlertMatchOperator.Matches, ".*", true, "team=~\"(?:.*)\"")]
    public void WhenARequirementIsHeldAgainstAnAlert_ThenItSelectsWhatItsSelectorSelects(string key, AlertMatchOperator comparison,
        string values, bool holds, string selector)
    {
        var requirement = new AlertMatchExpression(key, comparison, values.Length == 0 ? [] : [.. values.Split(',')]);

        Assert.That((requirement.Holds(Alert), requirement.ToPromQl()), Is.EqualTo((holds, selector)));
    }

    [TestCase("a|b", "b", true)]
    [TestCase("a|b", "ab", false)]
    [TestCase("(?i)CHECKOUT", "checkout", true)]
    [TestCase(@"\d+", "12", true)]
    [TestCase(@"\d+", "\u0661\u0662", false, Description = "digits of ASCII, as in RE2")]
    [TestCase(@"[\w.-]+", "pod-1.x", true)]
    [TestCase("[]a]+", "]a", true)]
    [TestCase("[^]a]+", "bc", true)]
    [TestCase("x$", "x", true)]
    [TestCase("x", "x\n", false)]
    [TestCase("a.b", "a\nb", true)]
    [TestCase("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false)]
    public void WhenAPatternIsHeldAgainstAValue_ThenItMatchesTheWholeOfItAsInPrometheus(string pattern, string value, bool matches)
    {
        var read = new LabelPattern(pattern);

        Assert.That((read.Problem, read.IsMatch(value)), Is.EqualTo(((string?)null, matches)));
    }

    [TestCase(@"\p{L}+")]
    [TestCase("(?<name>a)")]
    [TestCase("(?P<name>a)")]
    [TestCase("(?#x)a")]
    [TestCase("[a-z-[aeiou]]")]
    [TestCase("[[:alpha:]]")]
    [TestCase(@"\bx")]
    [TestCase(@"a\")]
    [TestCase("(")]
    [TestCase("*")]
    [TestCase("[a")]
    public void WhenAPatternMeansSomethingElseElsewhere_ThenItIsRefusedAndMatchesNothing(string pattern)
    {
        var read = new LabelPattern(pattern);

        Assert.That(read.Problem, Is.Not.Null.And.Not.Contains("\\A"));
        Assert.That((read.IsMatch("a"), new AlertMatchExpression("service", AlertMatchOperator.DoesNotMatch, [pattern]).Holds(Alert)),
            Is.EqualTo((false, false)));
    }

    [Test]
    public void WhenPatternsAreMadeAtRandom_ThenEachIsReadOrRefusedAndNoneThrows()
    {
        var dice = new Random(5);
        const string letters = @"ab.*+?()[]{}|^$\-:,dwsDWSi<=!P0123 ";
        for (var round = 0; round < 20_000; round++)
        {
            var pattern =
                new LabelPattern(string.Concat(Enumerable.Range(0, dice.Next(1, 14)).Select(_ => letters[dice.Next(letters.Length)])));
            Assert.That(pattern.IsMatch("ab"), Is.False.Or.True, pattern.Text);
            Assert.That(pattern.Problem is null || !pattern.IsMatch("ab"), pattern.Text);
        }
    }

    [Test]
    public void WhenARuleHasLabelsAndRequirements_ThenAllOfThemAreNeeded()
    {
        var rule = new AlertRule([new Label("severity", "critical")], AlertAction.Abort,
            false)
        { MatchExpressions = [new("service", AlertMatchOperator.Matches, ["checkout-.*"])] };

        Assert.That((rule.Matches(Alert), (rule with { MatchLabels = [new Label("severity", "info")] }).Matches(Alert)),
            Is.EqualTo((true, false)));
        Assert.That(rule, Is.EqualTo(rule with { MatchExpressions = [new("service", AlertMatchOperator.Matches, ["checkout-.*"])] }),
            "by value");
    }
}
