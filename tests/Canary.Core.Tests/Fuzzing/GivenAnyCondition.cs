using Canary.Core.Analysis;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Analysis.Judging;
using Canary.Core.Tests.Analysis;
using Canary.Fuzzing;
using NUnit.Framework;

namespace Canary.Core.Tests.Fuzzing;

/// <summary>Whatever a template has as a condition and a source as its answer: a position and a reason, or an outcome and a verdict; the
/// same each time, and never an exception.</summary>
public sealed class GivenAnyCondition
{
    // The largest answers here have 250,000 points: it is the steps that are bounded, and what one of them costs.
    private const long MostBytes = 128L << 20;

    [Test]
    public void WhenItIsReadAndEvaluated_ThenItHasAnOutcomeAndThatIsTheSameEachTime() => FuzzRun.Each(
        5_000,
        seed =>
        {
            var writer = new ConditionWriter(seed);
            var (text, answer) = (writer.Next(), writer.Answer());

            var parsed = MetricCondition.Parse(text);

            if (parsed is ConditionParse.Invalid invalid)
            {
                Assert.That(invalid.Position, Is.InRange(1, text.Length + 1));
                Assert.That(invalid.Problem, Is.Not.Empty);
                Assert.That(MetricCondition.Parse(text), Is.EqualTo(parsed));
                return "refused";
            }

            var condition = ((ConditionParse.Valid)parsed).Condition;
            _ = condition.SpeaksOfAll;
            var outcome = condition.Evaluate(answer);
            Assert.That(condition.Evaluate(answer), Is.EqualTo(outcome));
            Assert.That(((ConditionParse.Valid)MetricCondition.Parse(text)).Condition.Evaluate(answer), Is.EqualTo(outcome));
            return outcome.GetType().Name;
        },
        MostBytes).HasAtLeast(20, "True", "False").HasAtLeast(10, "Error").HasAtLeast(20, "refused");

    [Test]
    public void WhenAMetricIsJudgedByIt_ThenItHasAVerdict() => FuzzRun.Each(
        3_000,
        seed =>
        {
            var writer = new ConditionWriter(seed);
            var metric = A.Metric with
            {
                SuccessCondition = seed % 3 == 0 ? null : writer.Next(),
                FailureCondition = seed % 3 == 1 ? null : writer.Next(),
                OnNoData = seed % 5 == 0 ? EmptyVerdict.Failure : null,
                MinSamples = seed % 7 == 0 ? 10 : null,
            };
            var (answer, samples) = (writer.Answer(), seed % 2 == 0 ? writer.Answer() : null);

            var judged = MetricJudge.Judge(metric, answer, samples);

            Assert.That(MetricJudge.Judge(metric, answer, samples), Is.EqualTo(judged));
            Assert.That(judged.Verdict, Is.Not.AnyOf(RunPhase.Pending, RunPhase.Running));
            return judged.Verdict.ToString();
        },
        2 * MostBytes).HasAtLeast(5, "Successful").HasAtLeast(5, "Failed");
}
