using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>The strategies <c>abTest</c> and <c>mirror</c>, without the fields that they share with <c>canary</c>.</summary>
internal static class TestStrategyMapping
{
    /// <summary>Their fields in <c>spec.strategy</c>.</summary>
    public static readonly string[] Fields = ["abTest", "mirror"];

    /// <summary>The strategy; null: it is another one.</summary>
    /// <param name="strategy"><c>spec.strategy</c>.</param>
    public static TestStrategy? Read(FieldReader strategy)
    {
        if (Fields.FirstOrDefault(strategy.Has) is not { } field) return null;
        var (test, isAb) = (strategy.Child(field), field == "abTest");
        Func<FieldReader, RequestMatch> readMatch = isAb ? ManagedRouteMapping.ReadHeaderMatch : ManagedRouteMapping.ReadMirrorMatch;
        return new TestStrategy(
            isAb ? TestKind.AbTest : TestKind.Mirror,
            test.Items("match").Select(readMatch).ToEquatableArray(),
            isAb ? Weight.Full : test.Percent("percentage") ?? Weight.Full,
            test.Duration("duration"),
            test.Int("iterations"),
            test.Duration("interval"));
    }

    /// <summary>The fields that are its own.</summary>
    public static JsonObject Write(TestStrategy test) => new JsonObject()
        .PutList("match", test.Match, test.Kind == TestKind.AbTest ? ManagedRouteMapping.WriteHeaderMatch
            : ManagedRouteMapping.WriteMirrorMatch)
        .PutWeight("percentage", test.Kind == TestKind.Mirror && test.Percentage != Weight.Full ? test.Percentage : null)
        .PutDuration("duration", test.Duration)
        .Put("iterations", test.Iterations)
        .PutDuration("interval", test.Interval);
}
