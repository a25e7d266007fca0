using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>Splits the false rollbacks that a rollout allows over its sequential metrics, wherever in it they are measured.</summary>
public static class AlphaSplit
{
    /// <summary>The run with the alpha of each of its sequential metrics; null where the shares do not fit.</summary>
    /// <param name="run">The run.</param>
    /// <param name="others">Every run of the rollout; this one may be among them. A metric that is measured in several runs is one test,
    /// whose evidence goes from one to the next.</param>
    /// <param name="alpha">False rollbacks allowed per rollout, above 0 and below 1.</param>
    /// <param name="problem">Why there is none; empty where there is.</param>
    public static RunSpec? Over(RunSpec run, IEnumerable<RunSpec> others, double alpha, out string problem)
    {
        problem = "";
        var known = others.Append(run).SelectMany(one => one.Metrics).Where(metric => metric.IsSequentialTest)
            .ToLookup(Key, metric => metric.Comparison!.Share);
        if (known.Count == 0) return run;
        if (known.FirstOrDefault(test => test.OfType<double>().Distinct().Count() > 1) is { } torn)
        {
            problem =
                $"metric \"{torn.Key.Name}\" is one test in all its analyses, and has the "
                    + $"shares {string.Join(" and ", torn.OfType<double>().Distinct().Order().Select(NumberText.Format))}; give it one";
            return null;
        }

        // A share that is written in one of the runs is the test's in all of them.
        var tests = known.Select(test => (test.Key.Name, Share: test.Max())).ToArray();
        var given = tests.Sum(test => test.Share ?? 0);
        var open = tests.Count(test => test.Share is null);
        if (given > 1 + 1e-9 || (open > 0 && given >= 1 - 1e-9))
        {
            problem =
                $"the shares of the rollout's sequential metrics "
                    + $"({string.Join(", ", tests.Select(test => $"{test.Name}: {Share(test.Share)}"))}) do not fit into 1";
            return null;
        }

        return run with
        {
            Metrics =
            [
                .. run.Metrics.Select(metric => metric.IsSequentialTest
                    ? metric with { Comparison = WithAlpha(metric, alpha * (known[Key(metric)].Max() ?? (1 - given) / open)) }
                    : metric),
            ],
        };
    }

    private static Comparison WithAlpha(MetricSpec metric, double alpha) => metric.Comparison! with { Alpha = alpha };

    private static string Share(double? share) => share is { } given ? NumberText.Format(given) : "the rest";

    /// <summary>What makes two metrics of different runs one test: they measure the same, and compare it in the same way.</summary>
    public static (string Name, ProviderSpec Provider, Comparison Comparison) Key(MetricSpec metric) =>
        (metric.Name, metric.Provider,
            metric.Comparison! with
            {
                Alpha = Comparison.DefaultAlpha,
                Share = null,
                Require = Requirement.NoHarm,
                CountExtension = TimeSpan.Zero,
                Negligible = 0,
            });
}
