using System;
using System.Collections.Generic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Rules;

/// <summary>What a schema cannot say about <c>strategy.abTest</c> and <c>strategy.mirror</c>.</summary>
internal static class TestStrategyRules
{
    public static IEnumerable<SpecError> Check(RolloutSpec spec)
    {
        if (spec.Test is not { } test) yield break;
        var path = $"spec.strategy.{test.Field}";
        if (!spec.Traffic.Router.HasManagedRoutes)
        {
            yield return new SpecError(path,
                $"the router {spec.Traffic.Router.Key} has no header and mirror routes; use strategy.canary, or another router");
            yield break;
        }

        if (test is { Kind: TestKind.AbTest, Match.Count: 0 })
            yield return new SpecError($"{path}.match", "it is empty; say which requests go to the canary");
        if (test.Percentage <= Weight.Zero)
            yield return new SpecError($"{path}.percentage", $"it is {test.Percentage}; above 0, up to 100");
        if (test is { Duration: not null, Iterations: not null })
            yield return new SpecError($"{path}.iterations", "duration is given too; give one of them");
        if ((test.Iterations is null) != (test.Interval is null))
            yield return new SpecError($"{path}.{(test.Iterations is null ? "iterations" : "interval")}",
                "it is missing; iterations and interval are given together");
        if (test.Iterations is < 1 or > TestStrategy.MostIterations)
            yield return new SpecError($"{path}.iterations", $"it is {test.Iterations}; 1 to {TestStrategy.MostIterations} are allowed");
        foreach (var (field, length) in new[] { ("duration", test.Duration), ("interval", test.Interval), (null, test.Length) })
        {
            if (length <= TimeSpan.Zero && field is not null)
                yield return new SpecError($"{path}.{field}", $"it is {GoDuration.Format(length.Value)}; it must be longer than 0s");
            else if (length > GoDuration.Longest)
                yield return new SpecError($"{path}.{field ?? "iterations"}",
                    $"the test would last {GoDuration.Format(length.Value)}; at most {GoDuration.Format(GoDuration.Longest)} is allowed");
        }

        foreach (var error in ManagedRouteRules.CheckMatches(test.Match, $"{path}.match")) yield return error;
    }
}
