using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

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
        Alpha = compare.TextOrNumber("alpha"),
        Against = compare.Text("against"),
        Lag = compare.TextOrNumber("lag"),
        Bounds = compare.Texts("bounds").ToEquatableArray(),
        Subject = RunMapping.ReadSubject(compare),
        Samples = new SampleTemplate
        {
            Direction = compare.Text("direction"),
            NanStrategy = compare.Text("nanStrategy"),
            Outliers = compare.Text("outliers"),
            OutlierFactor = compare.TextOrNumber("outlierFactor"),
            EffectSize = compare.Text("effectSize"),
            AllowedIncrease = compare.TextOrNumber("allowedIncrease"),
            AllowedDecrease = compare.TextOrNumber("allowedDecrease"),
            CriticalIncrease = compare.TextOrNumber("criticalIncrease"),
            CriticalDecrease = compare.TextOrNumber("criticalDecrease"),
            IsCritical = compare.Flag("critical", false),
            MustHaveValues = compare.Flag("mustHaveData", false),
            IsMuted = compare.Flag("muted", false),
            Groups = compare.Texts("groups").ToEquatableArray(),
            Lookback = compare.TextOrNumber("lookback"),
        },
    };

    /// <summary>As a run holds it, resolved.</summary>
    public static Comparison Read(FieldReader compare)
    {
        var judge = compare.Name<ComparisonKind>("judge") ?? ComparisonKind.Sequential;
        var comparison = new Comparison(judge, RunMapping.ReadSubject(compare)) { Against = compare.Text("against") ?? "" };
        return judge switch
        {
            ComparisonKind.Sequential => comparison with
            {
                Tolerate = Within(compare, "tolerate", 1, 100) ?? 1,
                Share = Number(compare, "share"),
                Alpha = Within(compare, "alpha", double.Epsilon, 1) ?? Comparison.DefaultAlpha,
                Require = compare.Name<Requirement>("require") ?? Requirement.NoHarm,
                NotWorseThan = Within(compare, "notWorseThan", 1, 1e6) ?? 2,
                Beta = Within(compare, "beta", double.Epsilon, 1) ?? Comparison.DefaultBeta,
                Lag = compare.Duration("lag") ?? Comparison.DefaultLag,
                Bounds = compare.Texts("bounds")
                .Select(text => GoDuration.TryParse(text, out var bound, out _) ? bound.TotalMilliseconds : double.NaN)
                .Where(double.IsFinite).ToEquatableArray(),
            },
            ComparisonKind.MannWhitney => comparison with
            {
                Lag = TimeSpan.Zero,
                Samples = new SampleComparison
                {
                    Direction = compare.Name<ShiftDirection>("direction") ?? default,
                    Missing = compare.Name<MissingValues>("nanStrategy") ?? default,
                    Outliers = compare.Name<OutlierTreatment>("outliers") ?? default,
                    OutlierFactor = Number(compare, "outlierFactor") ?? SampleComparison.DefaultOutlierFactor,
                    Effect = compare.Name<EffectMeasure>("effectSize") ?? default,
                    AllowedIncrease = Number(compare, "allowedIncrease"),
                    AllowedDecrease = Number(compare, "allowedDecrease"),
                    CriticalIncrease = Number(compare, "criticalIncrease"),
                    CriticalDecrease = Number(compare, "criticalDecrease"),
                    IsCritical = compare.Flag("critical", false),
                    MustHaveValues = compare.Flag("mustHaveData", false),
                },
                IsMuted = compare.Flag("muted", false),
                Groups = compare.Texts("groups").ToEquatableArray(),
                Lookback = compare.Duration("lookback"),
            },
        };
    }

    /// <summary>The JSON, from which <see cref="Read"/> makes an equal one.</summary>
    public static JsonObject Write(Comparison comparison)
    {
        var json = new JsonObject { ["with"] = "stable", ["judge"] = FieldReader.Camel(comparison.Judge.ToString()) };
        return (comparison.Judge switch
        {
            ComparisonKind.Sequential =>
            WriteSequential(json, comparison),
            ComparisonKind.MannWhitney => WriteSamples(json, comparison)
        })
            .PutText("against", comparison.Against)
            .Put("subject", comparison.StableSubject.Count == 0 ? null
                : new JsonObject(comparison.StableSubject.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)(one.Value ?? "")))));
    }

    private static JsonObject WriteSequential(JsonObject json, Comparison comparison) => json
        .Put("tolerate", NumberText.Format(comparison.Tolerate))
        .Put("share", Text(comparison.Share))
        .Put("alpha", NumberText.Format(comparison.Alpha))
        .Put("require", FieldReader.Camel(comparison.Require.ToString()))
        .Put("notWorseThan", NumberText.Format(comparison.NotWorseThan))
        .Put("beta", NumberText.Format(comparison.Beta))
        .PutDuration("lag", comparison.Lag)
        .PutList("bounds", comparison.Bounds, bound => GoDuration.Format(TimeSpan.FromMilliseconds(bound)));

    private static JsonObject WriteSamples(JsonObject json, Comparison comparison) => json
        .Put("direction", FieldReader.Camel(comparison.Samples.Direction.ToString()))
        .Put("nanStrategy", FieldReader.Camel(comparison.Samples.Missing.ToString()))
        .Put("outliers", FieldReader.Camel(comparison.Samples.Outliers.ToString()))
        .Put("outlierFactor", NumberText.Format(comparison.Samples.OutlierFactor))
        .Put("effectSize", FieldReader.Camel(comparison.Samples.Effect.ToString()))
        .Put("allowedIncrease", Text(comparison.Samples.AllowedIncrease))
        .Put("allowedDecrease", Text(comparison.Samples.AllowedDecrease))
        .Put("criticalIncrease", Text(comparison.Samples.CriticalIncrease))
        .Put("criticalDecrease", Text(comparison.Samples.CriticalDecrease))
        .PutFlag("critical", comparison.Samples.IsCritical)
        .PutFlag("mustHaveData", comparison.Samples.MustHaveValues)
        .PutFlag("muted", comparison.IsMuted)
        .PutList("groups", comparison.Groups, group => group)
        .PutDuration("lookback", comparison.Lookback);

    private static string? Text(double? number) => number is { } value ? NumberText.Format(value) : null;

    // As the template's reader has it: a run that a person edited must not bring the judge numbers that it has no logarithm of.
    private static double? Within(FieldReader compare, string key, double least, double most) =>
        Number(compare, key) is { } number && number >= least && number <= most ? number : null;

    private static double? Number(FieldReader compare, string key) =>
        compare.TextOrNumber(key) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) ? number : null;
}
