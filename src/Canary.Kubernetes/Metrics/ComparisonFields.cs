using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Analysis.Templates;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Metrics;

/// <summary>The fields of <c>compare</c>.</summary>
internal static class ComparisonFields
{
    private static readonly FieldTable<ComparisonTemplate, Comparison> Table = new(
        new(
            Optional("with", Choice(
                "What the canary is held against: stable, or an objective for its own error rate, which needs no stable. Default stable.",
                "stable", "objective")),
            (compare, field) => compare with { With = field.Text() },
            // A run that was edited by hand keeps some objective: without one it would be compared with a stable that it does not name.
            (compare, field) => field.Text() == "objective" ? compare with { Objective = new(0.99, Objective.DefaultBurnRate) } : compare,
            compare => compare.Objective is null ? "stable" : "objective"),
        Held(
            Optional("objective",
                new Schema(SchemaType.NumberOrString,
                    "with: objective: the share of requests that must be good, such as 99.9%, 99.9 or 0.999, from 50% to 99.9999%; may be an "
                        + "argument.")),
            (compare, field) => compare with { Objective = field.TextOrNumber() },
            (objective, field) =>
                objective with { Target = field.Within(Objective.LeastTarget, Objective.MostTarget) ?? objective.Target },
            objective => FieldValue.Of(objective.Target)),
        Held(
            Optional("burnRate",
                new Schema(SchemaType.NumberOrString,
                    "with: objective: how many times as fast as the objective allows the error budget may burn for a while. The whole run "
                        + "is held against the objective itself, and the time since any measurement against this, so that a version that "
                        + "gets worse late is found soon; from 1; may be an argument. Default 2.")),
            (compare, field) => compare with { BurnRate = field.TextOrNumber() },
            (objective, field) => objective with { BurnRate = field.Within(1, 1e6) ?? Objective.FindBurnRate(objective.Target) },
            objective => FieldValue.Of(objective.BurnRate)),
        new(
            Optional("judge",
                Text(
                    "How to compare: sequential counts requests on both sides and can be read at any time; mannWhitney compares one value per "
                        + "minute, as Kayenta does; threshold does not compare; may be an argument. Default sequential.", 256)),
            (compare, field) => compare with { Judge = field.Text() },
            (compare, field) => compare with { Judge = field.Name<ComparisonKind>() ?? ComparisonKind.Sequential },
            compare => FieldValue.Of(compare.Judge)),
        Sequential(
            Optional("tolerate",
                new Schema(SchemaType.NumberOrString,
                    "How many times stable's rate the canary's rate may be, from 1; may be an argument. Default 1 for errors, 1.1 for "
                        + "durations.")),
            (compare, field) => compare with { Tolerate = field.TextOrNumber() },
            (compare, field) => compare with { Tolerate = field.Within(1, 100) ?? 1 },
            compare => compare.Objective is null ? FieldValue.Of(compare.Tolerate) : null),
        Sequential(
            Optional("share",
                new Schema(SchemaType.NumberOrString,
                    "This metric's part of the rollout's alpha, above 0 and at most 1; may be an argument. Default: an equal part of what the "
                        + "other metrics leave.")),
            (compare, field) => compare with { Share = field.TextOrNumber() },
            (compare, field) => compare with { Share = field.Number() },
            compare => FieldValue.Of(compare.Share)),
        Sequential(
            Optional("require",
                Text(
                    "What makes a measurement Successful: noHarm (no evidence that the canary is worse, and enough requests) or evidence "
                        + "(that it is not much worse). evidenceForFullWeight asks for noHarm until the weight is to rise to 100, and for "
                        + "evidence then; may be an argument. Default evidenceForFullWeight with stable, noHarm with an objective.", 256)),
            (compare, field) => compare with { Require = field.Text() },
            // Runs of before have the default of before.
            (compare, field) => compare with { Require = field.Name<Requirement>() ?? Requirement.NoHarm },
            compare => FieldValue.Of(compare.Require)),
        Sequential(
            Optional("countExtension", TemplateDuration(
                "Written by the controller: for how long after its count the run goes on while evidence is missing.")),
            (compare, field) => compare with { CountExtension = field.TextOrNumber() },
            (compare, field) => compare with { CountExtension = Within(field.Duration(), VerdictPolicy.LongestEvidenceWithin) },
            compare => compare.CountExtension == TimeSpan.Zero ? null : FieldValue.Of(compare.CountExtension)),
        Sequential(
            Optional("negligible",
                new Schema(SchemaType.NumberOrString,
                    "With evidence: a share of failed or slow requests that does no harm, whatever stable's is. Evidence that the canary's is "
                        + "less is enough; from 0 (none) to below 1; may be an argument. "
                        + $"Default {NumberText.Format(Comparison.DefaultNegligible)}.")),
            (compare, field) => compare with { Negligible = field.TextOrNumber() },
            (compare, field) => compare with { Negligible = field.Within(0, 1) ?? 0 },
            compare => FieldValue.Of(compare.Negligible)),
        Sequential(
            Optional("notWorseThan",
                new Schema(SchemaType.NumberOrString,
                    "With evidence: the canary must be shown to be less than this many times as bad as stable; may be an argument. Default 2, "
                        + "or twice tolerate.")),
            (compare, field) => compare with { NotWorseThan = field.TextOrNumber() },
            (compare, field) => compare with { NotWorseThan = field.Within(1, 1e6) ?? 2 },
            compare => compare.Objective is null ? FieldValue.Of(compare.NotWorseThan) : null),
        Sequential(
            Optional("beta",
                new Schema(SchemaType.NumberOrString,
                    "With evidence: the probability that a canary that is this much worse passes; may be an argument. "
                        + $"Default {NumberText.Format(Comparison.DefaultBeta)}.")),
            (compare, field) => compare with { Beta = field.TextOrNumber() },
            (compare, field) => compare with { Beta = field.Within(double.Epsilon, 1) ?? Comparison.DefaultBeta },
            compare => FieldValue.Of(compare.Beta)),
        Sequential(
            Optional("alpha", new Schema(SchemaType.NumberOrString, "Written by the controller: the metric's part of the rollout's alpha.")),
            (compare, field) => compare with { Alpha = field.TextOrNumber() },
            (compare, field) => compare with { Alpha = field.Within(double.Epsilon, 1) ?? Comparison.DefaultAlpha },
            compare => FieldValue.Of(compare.Alpha)),
        new(
            Optional("against", Text("Written by the controller: the revision of stable.", 253)),
            (compare, field) => compare with { Against = field.Text() },
            (compare, field) => compare with { Against = field.Text() ?? "" },
            compare => compare.Against.Length == 0 ? null : FieldWriter.Clip(compare.Against)),
        Sequential(
            Optional("lag", TemplateDuration(
                $"How long after their end windows are read, so that every sample is there. Default {GoDuration.Format(Comparison.DefaultLag)}.")),
            (compare, field) => compare with { Lag = field.TextOrNumber() },
            (compare, field) => compare with { Lag = field.Duration() ?? Comparison.DefaultLag },
            compare => FieldValue.Of(compare.Lag)),
        Sequential(
            Optional("warmup", TemplateDuration(
                "How long a pod's requests are not counted after it was scraped first, on either side; a pod that fails half of them is "
                    + "counted at once. At most 1h. Default 0s.")),
            (compare, field) => compare with { Warmup = field.TextOrNumber() },
            (compare, field) => compare with { Warmup = Within(field.Duration(), Comparison.LongestWarmup) },
            compare => compare.Warmup == TimeSpan.Zero ? null : FieldValue.Of(compare.Warmup)),
        Samples(
            Optional("direction",
                Text("mannWhitney: what is a finding: either, increase or decrease; may be an argument. Default either.", 256)),
            (compare, field) => compare with { Samples = compare.Samples with { Direction = field.Text() } },
            (compare, field) => compare with { Samples = compare.Samples with { Direction = field.Name<ShiftDirection>() ?? default } },
            compare => FieldValue.Of(compare.Samples.Direction)),
        Samples(
            Optional("nanStrategy",
                Text("mannWhitney: points without a value: remove, or replace by 0; may be an argument. Default remove.", 256)),
            (compare, field) => compare with { Samples = compare.Samples with { NanStrategy = field.Text() } },
            (compare, field) => compare with { Samples = compare.Samples with { Missing = field.Name<MissingValues>() ?? default } },
            compare => FieldValue.Of(compare.Samples.Missing)),
        Samples(
            Optional("outliers", Text("mannWhitney: keep or remove; may be an argument. Default keep.", 256)),
            (compare, field) => compare with { Samples = compare.Samples with { Outliers = field.Text() } },
            (compare, field) => compare with { Samples = compare.Samples with { Outliers = field.Name<OutlierTreatment>() ?? default } },
            compare => FieldValue.Of(compare.Samples.Outliers)),
        Samples(
            Optional("outlierFactor",
                new Schema(SchemaType.NumberOrString,
                    "mannWhitney: outliers lie this many interquartile ranges beyond the quartiles; may be an argument. "
                        + $"Default {NumberText.Format(SampleComparison.DefaultOutlierFactor)}.")),
            (compare, field) => compare with { Samples = compare.Samples with { OutlierFactor = field.TextOrNumber() } },
            (compare, field) => compare with
            {
                Samples = compare.Samples with { OutlierFactor = field.Number() ?? SampleComparison.DefaultOutlierFactor },
            },
            compare => FieldValue.Of(compare.Samples.OutlierFactor)),
        Samples(
            Optional("effectSize",
                Text("mannWhitney: what the limits below are in: meanRatio or cles; may be an argument. Default meanRatio.", 256)),
            (compare, field) => compare with { Samples = compare.Samples with { EffectSize = field.Text() } },
            (compare, field) => compare with { Samples = compare.Samples with { Effect = field.Name<EffectMeasure>() ?? default } },
            compare => FieldValue.Of(compare.Samples.Effect)),
        Samples(
            Optional("allowedIncrease",
                new Schema(SchemaType.NumberOrString,
                    "mannWhitney: the least effect at which a higher canary is a finding; may be an argument. Default any.")),
            (compare, field) => compare with { Samples = compare.Samples with { AllowedIncrease = field.TextOrNumber() } },
            (compare, field) => compare with { Samples = compare.Samples with { AllowedIncrease = field.Number() } },
            compare => FieldValue.Of(compare.Samples.AllowedIncrease)),
        Samples(
            Optional("allowedDecrease",
                new Schema(SchemaType.NumberOrString,
                    "mannWhitney: the greatest effect at which a lower canary is a finding; may be an argument. Default any.")),
            (compare, field) => compare with { Samples = compare.Samples with { AllowedDecrease = field.TextOrNumber() } },
            (compare, field) => compare with { Samples = compare.Samples with { AllowedDecrease = field.Number() } },
            compare => FieldValue.Of(compare.Samples.AllowedDecrease)),
        Samples(
            Optional("criticalIncrease",
                new Schema(SchemaType.NumberOrString,
                    "mannWhitney: the least effect at which a higher canary fails a critical metric; may be an argument. Default any.")),
            (compare, field) => compare with { Samples = compare.Samples with { CriticalIncrease = field.TextOrNumber() } },
            (compare, field) => compare with { Samples = compare.Samples with { CriticalIncrease = field.Number() } },
            compare => FieldValue.Of(compare.Samples.CriticalIncrease)),
        Samples(
            Optional("criticalDecrease",
                new Schema(SchemaType.NumberOrString,
                    "mannWhitney: the greatest effect at which a lower canary fails a critical metric; may be an argument. Default any.")),
            (compare, field) => compare with { Samples = compare.Samples with { CriticalDecrease = field.TextOrNumber() } },
            (compare, field) => compare with { Samples = compare.Samples with { CriticalDecrease = field.Number() } },
            compare => FieldValue.Of(compare.Samples.CriticalDecrease)),
        Samples(
            Optional("critical", Flag("mannWhitney: this metric alone can make the score 0. Default false.")),
            (compare, field) => compare with { Samples = compare.Samples with { IsCritical = field.Flag() } },
            (compare, field) => compare with { Samples = compare.Samples with { IsCritical = field.Flag() } },
            compare => FieldValue.Flag(compare.Samples.IsCritical)),
        Samples(
            Optional("mustHaveData", Flag("mannWhitney: a side without values is a failure. Default false.")),
            (compare, field) => compare with { Samples = compare.Samples with { MustHaveValues = field.Flag() } },
            (compare, field) => compare with { Samples = compare.Samples with { MustHaveValues = field.Flag() } },
            compare => FieldValue.Flag(compare.Samples.MustHaveValues)),
        Samples(
            Optional("muted", Flag("mannWhitney: it is shown and not scored. Default false.")),
            (compare, field) => compare with { Samples = compare.Samples with { IsMuted = field.Flag() } },
            (compare, field) => compare with { IsMuted = field.Flag() },
            compare => FieldValue.Flag(compare.IsMuted)),
        Samples(
            Optional("groups",
                List("mannWhitney: the groups of the score that the metric counts in. Default: one group of all that name none.",
                    RequiredText("Name of a group.", 253), 16)),
            (compare, field) => compare with { Samples = compare.Samples with { Groups = field.Texts() } },
            (compare, field) => compare with { Groups = field.Texts() },
            compare => FieldValue.List(compare.Groups)),
        Samples(
            Optional("lookback", TemplateDuration("mannWhitney: how far back a look goes. Default: to the start of the run.")),
            (compare, field) => compare with { Samples = compare.Samples with { Lookback = field.TextOrNumber() } },
            (compare, field) => compare with { Lookback = field.Duration() },
            compare => FieldValue.Of(compare.Lookback)),
        Sequential(
            Optional("bounds",
                List("For duration: the bounds of the histogram that are compared, ascending. Default: those of the preset. An objective needs "
                    + "one: requests that take longer are bad.",
                    TemplateDuration("A bound."), 12)),
            (compare, field) => compare with { Bounds = field.Texts() },
            (compare, field) => compare with { Bounds = Milliseconds(field.Texts()) },
            compare => FieldValue.List(compare.Bounds.Select(bound => GoDuration.Format(TimeSpan.FromMilliseconds(bound))))),
        new(
            Optional("subject",
                new Schema(SchemaType.Object,
                    "Values of the preset's placeholders for stable's side. Placeholders without a value here are taken from the Rollout.")
                {
                    Values = Text("A value."),
                    MaxProperties = 16,
                }),
            (compare, field) => compare with { Subject = ProviderFields.ReadSubject(field) },
            (compare, field) => compare with { StableSubject = ProviderFields.ReadSubject(field) },
            compare => ProviderFields.WriteSubject(compare.StableSubject)));

    public static Schema Schema { get; } = Object(
        "Compares the canary with stable, or holds it against an objective, instead of a limit. It needs provider.red with errors or "
            + "duration.", Table.Schema);

    /// <summary>As a template writes it.</summary>
    public static ComparisonTemplate ReadTemplate(FieldReader compare) => Table.ReadTemplate(new ComparisonTemplate(), compare);

    /// <summary>As a run holds it, resolved.</summary>
    public static Comparison Read(FieldReader compare)
    {
        var read = Table.Read(new Comparison(ComparisonKind.Sequential, []), compare);
        // Samples are no windows of counters: nothing is waited for.
        return read.Judge is ComparisonKind.MannWhitney ? read with { Lag = TimeSpan.Zero } : read;
    }

    public static JsonObject Write(Comparison comparison) => Table.Write([], comparison);

    private static TimeSpan Within(TimeSpan? length, TimeSpan most) =>
        length is not { } given || given < TimeSpan.Zero ? TimeSpan.Zero : given > most ? most : given;

    private static DeclaredField<ComparisonTemplate, Comparison> Held(SchemaProperty schema,
        Func<ComparisonTemplate, FieldAt, ComparisonTemplate> readTemplate, Func<Objective, FieldAt, Objective> read,
        Func<Objective, JsonNode?> write) => new(
        schema,
        readTemplate,
        (compare, field) => compare.Objective is { } objective ? compare with { Objective = read(objective, field) } : compare,
        compare => compare.Objective is { } objective ? write(objective) : null);

    private static DeclaredField<ComparisonTemplate, Comparison> Sequential(SchemaProperty schema,
        Func<ComparisonTemplate, FieldAt, ComparisonTemplate> readTemplate, Func<Comparison, FieldAt, Comparison> read,
        Func<Comparison, JsonNode?> write) => Of(ComparisonKind.Sequential, schema, readTemplate, read, write);

    private static DeclaredField<ComparisonTemplate, Comparison> Samples(SchemaProperty schema,
        Func<ComparisonTemplate, FieldAt, ComparisonTemplate> readTemplate, Func<Comparison, FieldAt, Comparison> read,
        Func<Comparison, JsonNode?> write) => Of(ComparisonKind.MannWhitney, schema, readTemplate, read, write);

    // A run holds the fields of its judge alone; the judge is read before them.
    private static DeclaredField<ComparisonTemplate, Comparison> Of(ComparisonKind judge, SchemaProperty schema,
        Func<ComparisonTemplate, FieldAt, ComparisonTemplate> readTemplate, Func<Comparison, FieldAt, Comparison> read,
        Func<Comparison, JsonNode?> write) => new(
        schema,
        readTemplate,
        (compare, field) => compare.Judge == judge ? read(compare, field) : compare,
        compare => compare.Judge == judge ? write(compare) : null);

    private static EquatableArray<double> Milliseconds(EquatableArray<string> bounds) => bounds
        .Select(text => GoDuration.TryParse(text, out var bound, out _) ? bound.TotalMilliseconds : double.NaN)
        .Where(double.IsFinite).ToEquatableArray();
}
