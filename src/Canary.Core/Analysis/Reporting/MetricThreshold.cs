using System;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Reporting;

/// <summary>What a metric is held to, in words.</summary>
public static class MetricThreshold
{
    /// <summary><c>limit 1%</c>, <c>at least 5</c>, or the conditions as they are written; empty: nothing is asked of it.</summary>
    public static string Describe(MetricSpec metric)
    {
        if (metric.Comparison is { Judge: ComparisonKind.MannWhitney } kayenta)
        {
            var shift = kayenta.Samples.Direction switch
            {
                ShiftDirection.Either => "no shift",
                ShiftDirection.Increase => "no shift up",
                ShiftDirection.Decrease => "no shift down",
            };
            return $"{shift} against stable{(kayenta.Samples.IsCritical ? ", critical" : "")}{(kayenta.IsMuted ? ", muted" : "")}";
        }

        if (metric.Comparison is { Objective: not null } held) return ObjectiveText.DescribeThreshold(held);
        if (metric.Comparison is { } comparison)
        {
            // What decides, and not what was found: "shown" would be read as that.
            var times = comparison.Tolerate == 1 ? "" : $" than {NumberText.Short(comparison.Tolerate, 4)} times stable's";
            var needed = comparison.Require == Requirement.Evidence
                ? $"; needs {OddsText.Odds(-Math.Log(comparison.Beta))} odds that it is less "
                    + $"than {NumberText.Short(comparison.NotWorseThan, 4)} times as bad" : "";
            return $"fails at {OddsText.Odds(-Math.Log(comparison.Alpha))} odds that it is worse{times}{needed}";
        }

        var (limit, failing) = (Limit(isFailure: false), Limit(isFailure: true));
        // Both conditions may say the same bound, each from its side.
        if (limit is not null && (metric.FailureCondition is null || limit == failing)) return limit;
        if (failing is not null && metric.SuccessCondition is null) return failing;
        return (metric.SuccessCondition, metric.FailureCondition) switch
        {
            (null, null) => "",
            ({ } success, null) => success,
            (null, { } failure) => $"not {failure}",
            ({ } success, { } failure) => $"{success}, not {failure}",
        };

        string? Limit(bool isFailure) =>
            MetricBounds.Find(metric, isFailure) is { } bounds ? JudgementText.Describe(metric.Provider, bounds) : null;
    }
}
