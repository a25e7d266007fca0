using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

/// <summary>Laws that hold whatever comes, in whatever order. Seeded: a failure names its seed.</summary>
public sealed class GivenAnySequence
{
    private static readonly string[] _words =
    [
        "result", "[", "]", "0", "1", ".5", "(", ")", "<", ">=", "==", "!=", "&&", "||", "and", "or", "not", "!", "-", "+", "*", "/", "%",
        "**", "?", ":", ",", "{", "}", "#", ".",
        "all", "any", "len", "max", "default", "isNaN", "in", "'a'", "\"b", "true", "nil", "Values", "??", "?.", "filter", "=", "~", "1e9",
        "contains",
    ];

    private static readonly MetricAnswer[] _answers =
    [
        Answers.Empty, Answers.Vector(0.001), Answers.Vector(0.2), Answers.Vector(double.NaN), Answers.Vector(0, 1), Answers.Scalar(0),
        Answers.Text("a"), Answers.Matrix([0, 1], []), Answers.Faulted("down"),
    ];

    [Test]
    public void WhenWordsComeInAnyOrder_ThenTheyParseOrAreRefusedAndNothingIsThrown([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var parsed = 0;
        for (var round = 0; round < 2_000; round++)
        {
            var text = string.Join(random.Next(3) == 0 ? ""
                : " ", Enumerable.Range(0, random.Next(1, 12)).Select(_ => _words[random.Next(_words.Length)]));
            if (MetricCondition.Parse(text) is not ConditionParse.Valid valid) continue;
            parsed++;
            foreach (var answer in _answers) Assert.That(() => valid.Condition.Evaluate(answer), Throws.Nothing, text);
        }

        Assert.That(parsed, Is.GreaterThan(10), "otherwise nothing was tried");
    }

    [Test]
    public void WhenMeasurementsComeTwiceLateOrTogether_ThenEachTickCountsOnce([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        var spec = new RunSpec([A.Metric with { FailureLimit = random.Next(-1, 4), InconclusiveLimit = random.Next(0, 4),
            ConsecutiveErrorLimit = 2, Count = random.Next(2) == 0 ? null : random.Next(5, 20) }]);
        List<FinishedMeasurement> all =
            [.. Enumerable.Range(0, 30).Select(tick => A.Measured(10 * tick, _answers[random.Next(_answers.Length)]))];
        var oneByOne = all.Aggregate(AnalysisMachine.Start(spec, RunStatus.New, A.Start),
            (status, one) => AnalysisMachine.Advance(spec, status, [one], A.At(999)));

        var inBatches = AnalysisMachine.Start(spec, RunStatus.New, A.Start);
        for (var from = 0; from < all.Count;)
        {
            var to = Math.Min(all.Count, from + random.Next(1, 6));
            FinishedMeasurement[] batch = [.. all[Math.Max(0, from - random.Next(0, 4))..to].OrderBy(_ => random.Next())];
            inBatches = AnalysisMachine.Advance(spec, inBatches, batch, A.At(999));
            Assert.That(AnalysisMachine.Advance(spec, inBatches, batch, A.At(999)), Is.EqualTo(inBatches), $"seed {seed}: told again");
            from = to;
        }

        Assert.That(inBatches, Is.EqualTo(oneByOne), $"seed {seed}");
    }

    [Test]
    public void WhenTimeGoesByAtAnyPace_ThenTicksRiseAndLieOnTheGrid([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var metric = A.Metric with
        {
            Interval = TimeSpan.FromSeconds(random.Next(1, 10)),
            InitialDelay = TimeSpan.FromSeconds(random.Next(0, 30)),
            InconclusiveLimit = 10_000,
            FailureLimit = -1
        };
        var spec = new RunSpec([metric]);
        var status = AnalysisMachine.Start(spec, RunStatus.New, A.Start);
        var last = DateTimeOffset.MinValue;
        for (var now = A.Start; now < A.At(2_000); now += TimeSpan.FromMilliseconds(random.Next(1, 30_000)))
        {
            foreach (var (_, dueAt) in AnalysisGrid.Due(spec, status, now))
            {
                Assert.That(dueAt, Is.GreaterThan(last).And.LessThanOrEqualTo(now), $"seed {seed}");
                var isFirst = dueAt == A.Start + metric.InitialDelay;
                Assert.That(isFirst
                    || (dueAt - DateTimeOffset.UnixEpoch).Ticks % metric.Interval!.Value.Ticks == 0,
                    $"seed {seed}: {dueAt:O} is not on the grid of all rollouts");
                Assert.That(now - dueAt, Is.LessThan(metric.Interval!.Value), $"seed {seed}: the latest tick is taken");
                Assert.That(last == DateTimeOffset.MinValue
                    || dueAt - last >= metric.Interval.Value / 2, $"seed {seed}: the same requests are judged twice");
                status = AnalysisMachine.Advance(spec, status,
                    [new FinishedMeasurement(metric.Name, dueAt, now, _answers[random.Next(_answers.Length)])], now);
                last = dueAt;
            }

            Assert.That(AnalysisGrid.NextDueAt(spec, status, now), Is.GreaterThan(now), $"seed {seed}");
        }
    }
}
