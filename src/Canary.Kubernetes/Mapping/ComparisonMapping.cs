using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Kubernetes.Mapping;

/// <summary><c>compare</c> of a metric.</summary>
internal static class ComparisonMapping
{
    /// <summary>As a template writes it.</summary>
    public static ComparisonTemplate ReadTemplate(FieldReader compare) => new()
    {
        With = compare.Text("with"),
        Judge = compare.Text("judge"),
        Tolerate = compare.TextOrNumber("tolerate"),
        Share = compare.TextOrNumber("share"),
        Require = compare.Text("require"),
        NotWorseThan = compare.TextOrNumber("notWorseThan"),
        Beta = compare.TextOrNumber("beta"),
        Lag = compare.TextOrNumber("lag"),
        Bounds = compare.Texts("bounds").ToEquatableArray(),
        Subject = RunMapping.ReadSubject(compare),
    };

    /// <summary>As a run holds it, resolved.</summary>
    public static Comparison Read(FieldReader compare) => new(compare.Name<ComparisonKind>("judge") ?? ComparisonKind.Sequential, RunMapping.ReadSubject(compare))
    {
        Tolerate = Number(compare, "tolerate") ?? 1,
        Share = Number(compare, "share"),
        Alpha = Number(compare, "alpha") ?? Comparison.DefaultAlpha,
        Require = compare.Name<Requirement>("require") ?? Requirement.NoHarm,
        NotWorseThan = Number(compare, "notWorseThan") ?? 2,
        Beta = Number(compare, "beta") ?? 0.05,
        Lag = compare.Duration("lag") ?? Comparison.DefaultLag,
        Bounds = compare.Texts("bounds").Select(text => GoDuration.TryParse(text, out var bound, out _) ? bound.TotalMilliseconds : double.NaN).ToEquatableArray(),
        Against = compare.Text("against") ?? "",
    };

    /// <summary>The JSON, from which <see cref="Read"/> makes an equal one.</summary>
    public static JsonObject Write(Comparison comparison) => new JsonObject { ["with"] = "stable", ["judge"] = FieldReader.Camel(comparison.Judge.ToString()) }
        .Put("tolerate", NumberText.Of(comparison.Tolerate))
        .Put("share", comparison.Share is { } share ? NumberText.Of(share) : null)
        .Put("alpha", NumberText.Of(comparison.Alpha))
        .Put("require", FieldReader.Camel(comparison.Require.ToString()))
        .Put("notWorseThan", NumberText.Of(comparison.NotWorseThan))
        .Put("beta", NumberText.Of(comparison.Beta))
        .PutDuration("lag", comparison.Lag)
        .PutList("bounds", comparison.Bounds, bound => GoDuration.Format(TimeSpan.FromMilliseconds(bound)))
        .PutText("against", comparison.Against)
        .Put("subject", comparison.StableSubject.Count == 0 ? null : new JsonObject(comparison.StableSubject.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)(one.Value ?? "")))));

    private static double? Number(FieldReader compare, string key) =>
        compare.TextOrNumber(key) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
