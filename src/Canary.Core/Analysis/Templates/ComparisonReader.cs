using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Analysis.Red;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary>Reads <c>compare</c> of one metric of a template.</summary>
internal sealed class ComparisonReader(TemplateFieldReader fields, TemplateRequest request, bool isComplete)
{
    private const int MostBounds = 12;
    private const double SlownessTolerated = 1.1;

    /// <summary>How often a comparison looks where the template does not say: every two scrapes, as they mostly are; and once there are ten
    /// points more.</summary>
    public static TimeSpan DefaultInterval(Comparison comparison) => comparison.Judge switch
    {
        ComparisonKind.Sequential => TimeSpan.FromSeconds(30),
        ComparisonKind.MannWhitney => TimeSpan.FromMinutes(10),
    };

    /// <summary>The comparison; null where the metric is judged by itself.</summary>
    /// <param name="metric">The metric as it is written.</param>
    /// <param name="provider">What it measures.</param>
    public Comparison? Read(MetricTemplate metric, ProviderSpec provider)
    {
        if (metric.Comparison is not { } written) return null;
        var with = fields.Text("compare.with", written.With)?.Trim();
        if (with is not (null or "stable" or "objective"))
            fields.Refuse("compare.with", $"\"{with}\" is not known; allowed are stable, objective");
        if (written.Alpha is not null)
            fields.Refuse("compare.alpha",
                "the controller writes it; alpha is the Rollout's, strategy.canary.analysis.alpha, and compare.share says how much of it "
                    + "is this metric's");
        if (written.Against is not null) fields.Refuse("compare.against", "the controller writes it: the revision of stable");
        var judge = fields.Text("compare.judge", written.Judge ?? "sequential")?.Trim();
        var objectives = new ObjectiveReader(fields);
        if (with == "objective") return Held(written, objectives.Read(written, judge, IsSlowness(provider)), IsSlowness(provider));
        objectives.RefuseOthers(written);
        if (judge is "threshold")
        {
            const string unused = "the threshold judge does not compare, and does not use it";
            foreach (var name in OfSequential(written)) fields.Refuse($"compare.{name}", unused);
            if (written.Bounds.Count > 0) fields.Refuse("compare.bounds", unused);
            if (written.Subject.Count > 0) fields.Refuse("compare.subject", unused);
            RefuseSamples(written, judge);
            return null;
        }

        if (judge is "mannWhitney") return MannWhitney(written, provider);
        if (judge is not ("sequential" or null))
            fields.Refuse("compare.judge", $"\"{judge}\" is no judge; allowed are threshold, sequential, mannWhitney");
        var isSlowness = IsSlowness(provider);
        var tolerate = fields.Number("compare.tolerate", written.Tolerate) ?? (isSlowness ? SlownessTolerated : 1);
        if (tolerate is < 1 or > 100)
            fields.Refuse("compare.tolerate", $"it is {NumberText.Format(tolerate)}; from 1 (no worse than stable) to 100");
        var notWorseThan = fields.Number("compare.notWorseThan", written.NotWorseThan) ?? Math.Max(2, 2 * tolerate);
        if (notWorseThan <= tolerate)
            fields.Refuse("compare.notWorseThan",
                $"it is {NumberText.Format(notWorseThan)}; more than tolerate, which is {NumberText.Format(tolerate)}");
        return new Comparison(ComparisonKind.Sequential, Subject(written, provider))
        {
            Tolerate = tolerate,
            Share = Share(written.Share),
            Require = Required(written.Require, Requirement.EvidenceForFullWeight),
            Negligible = Negligible(written.Negligible),
            NotWorseThan = notWorseThan,
            Beta = fields.Share("compare.beta", written.Beta) ?? Comparison.DefaultBeta,
            Lag = fields.Duration("compare.lag", written.Lag, TimeSpan.Zero) ?? Comparison.DefaultLag,
            Warmup = Warmup(written.Warmup),
            Bounds = Bounds(written, isSlowness),
            Against = request.BuiltIn.FirstOrDefault(argument => argument.Name == "stable-revision")?.Value ?? "",
        };
    }

    private static bool IsSlowness(ProviderSpec provider) => provider is ProviderSpec.Red { Signal: RedSignal.Duration };

    // Nobody is asked about stable, so that neither its subject nor its revision is a part of the test.
    private Comparison Held(ComparisonTemplate written, Objective objective, bool isSlowness) => new(ComparisonKind.Sequential, [])
    {
        Objective = objective,
        Share = Share(written.Share),
        // Whoever burns most of the budget for good keeps the objective, and can hardly be shown to.
        Require = Required(written.Require, Requirement.NoHarm),
        Beta = fields.Share("compare.beta", written.Beta) ?? Comparison.DefaultBeta,
        Lag = fields.Duration("compare.lag", written.Lag, TimeSpan.Zero) ?? Comparison.DefaultLag,
        Warmup = Warmup(written.Warmup),
        Bounds = Bounds(written, isSlowness),
    };

    /// <summary>What contradicts a comparison, or is of no use beside it.</summary>
    public void CheckTogether(MetricTemplate metric, MetricSpec spec)
    {
        if (spec.Comparison is null) return;
        if (spec.Provider is not ProviderSpec.Red red)
            fields.Refuse("compare",
                spec.Comparison.Objective is null
                    ? "it counts requests on both sides, which needs provider.red; a query of one's own gives one number for one side"
                    : "it counts requests, which needs provider.red; a query of one's own gives one number, and not of how many");
        else if (red.Signal == RedSignal.Requests)
            fields.Refuse("provider.red.signal", "requests are not better or worse; errors and duration can be compared");
        else
        {
            if (red.Side == RedSide.Stable)
                fields.Refuse("provider.red.side", spec.Comparison.Objective is null
                    ? "it is stable, which is what the canary is compared with; leave it out"
                    : "it is stable; the canary is held against the objective; leave it out");
            if ((red.Min, red.Max) is not (null, null))
                fields.Refuse("provider.red", "min and max hold it to a limit, and compare to "
                    + $"{(spec.Comparison.Objective is null ? "stable" : "an objective")}; use a metric for each");
            if (red.Signal == RedSignal.Duration && RedPreset.Find(red.Preset) is { HasDurations: false })
                fields.Refuse("provider.red.signal", $"preset {red.Preset} has no durations");
            if (spec.Comparison.Judge == ComparisonKind.Sequential)
            {
                if (metric.Red!.Quantile is not null)
                    fields.Refuse("provider.red.quantile",
                        "the judge sequential counts the requests above each of compare.bounds, and no quantile; leave it out");
                var first = spec.InitialDelay + spec.Interval!.Value + spec.Comparison.Lag;
                if (isComplete && spec.Window < first)
                    fields.Refuse("window",
                        $"it is {GoDuration.Format(spec.Window)}; the first window of a comparison can be read "
                            + $"after {GoDuration.Format(first)} (initialDelay, interval and compare.lag); leave it out, or give that or "
                            + "more");
                if (metric.Red.Window is not null)
                    fields.Refuse("provider.red.window",
                        "the judge sequential counts from one look to the next, which is interval; leave it out");
            }

            if (isComplete && spec.Comparison.Objective is null && IsItself(red, spec.Comparison))
                fields.Refuse("compare.subject",
                    "stable's series are the same as the canary's: the subject is written out and holds for both sides; leave to the "
                        + "Rollout what differs, or give it in compare.subject");
        }

        if (spec.SuccessCondition is not null || spec.FailureCondition is not null)
            fields.Refuse(spec.SuccessCondition is null ? "failureCondition"
                : "successCondition", "a comparison is its own condition; use a metric for each");
        if (spec.Comparison is { Judge: ComparisonKind.Sequential, Objective: null }) RefuseSamples(metric.Comparison!, "sequential");
        foreach (var (name, value) in new[] { ("failureLimit", spec.Comparison.Judge == ComparisonKind.Sequential ? spec.FailureLimit
            : Math.Max(spec.FailureLimit, 0)), ("consecutiveSuccessLimit", spec.ConsecutiveSuccessLimit) })
            if (value != 0)
                fields.Refuse(name, $"it is {value}: a comparison looks at all that was measured together, so it fails once; leave it out");
        if (spec.OnNoData is not null)
            fields.Refuse("onNoData", "a comparison says by itself what it could not see: no traffic, idle, not enough; leave it out");
    }

    // Fields that the sequential judge alone uses, beside bounds, as far as they are given.
    private static IEnumerable<string> OfSequential(ComparisonTemplate written) =>
        new[] { ("tolerate", written.Tolerate), ("share", written.Share), ("require", written.Require),
            ("notWorseThan", written.NotWorseThan), ("negligible", written.Negligible), ("beta", written.Beta), ("lag", written.Lag),
            ("warmup", written.Warmup) }
            .Where(one => one.Item2 is not null).Select(one => one.Item1);

    private void RefuseSamples(ComparisonTemplate written, string judge)
    {
        if (written.Samples != new SampleTemplate())
            fields.Refuse("compare",
                $"direction, nanStrategy, outliers, effectSize, critical, groups and what belongs to them are of the judge "
                    + $"mannWhitney; {judge} does not use them");
    }

    // What the preset asks is compared, and not what the sides are called: a value of the Rollout that it does not use tells nothing apart.
    private static bool IsItself(ProviderSpec.Red red, Comparison comparison) =>
        RedPreset.Find(red.Preset) is { } preset && preset.Missing(red.Subject).Count == 0
        && preset.Missing(comparison.StableSubject).Count == 0
        && preset.Question(red.Signal, red.Subject, 0, TimeSpan.Zero, RedSide.Canary).Identity == preset.Question(red.Signal,
            comparison.StableSubject, 0, TimeSpan.Zero, RedSide.Stable).Identity;

    private EquatableArray<Argument> Subject(ComparisonTemplate written, ProviderSpec provider)
    {
        if (provider is not ProviderSpec.Red red) return [];
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        // What the template writes out holds for both sides, but where the Rollout knows better for stable's.
        foreach (var one in red.Subject.Where(one => !request.Subject.Contains(one))) values[one.Name] = one.Value ?? "";
        foreach (var one in request.StableSubject.Where(one => one.Value is { Length: > 0 } && !values.ContainsKey(one.Name)))
            values[one.Name] = one.Value!;
        foreach (var one in written.Subject)
            if (fields.Text($"compare.subject.{one.Name}", one.Value) is { } value && value.Trim() is { Length: > 0 } own)
                values[one.Name] = own;
        EquatableArray<Argument> subject = [.. values.Select(value => new Argument(value.Key, value.Value))];
        if (isComplete && RedPreset.Find(red.Preset)?.Missing(subject) is { Count: > 0 } missing)
            foreach (var name in missing)
                fields.Refuse($"compare.subject.{name}",
                    $"preset {red.Preset} needs a value for stable's side, and neither the template nor the rollout gives "
                        + $"one{MetricReader.MadeOf(written.Subject, name)}");
        return subject;
    }

    private Comparison MannWhitney(ComparisonTemplate written, ProviderSpec provider)
    {
        foreach (var name in OfSequential(written))
            fields.Refuse($"compare.{name}", "the judge mannWhitney does not use it; it is one of sequential");
        if (written.Bounds.Count > 0)
            fields.Refuse("compare.bounds", "the judge mannWhitney does not use them, it compares a quantile; they are of sequential");
        var samples = written.Samples;
        var factor = fields.Number("compare.outlierFactor", samples.OutlierFactor) ?? SampleComparison.DefaultOutlierFactor;
        if (factor <= 0) fields.Refuse("compare.outlierFactor", $"it is {NumberText.Format(factor)}; it is above 0");
        return new Comparison(ComparisonKind.MannWhitney, Subject(written, provider))
        {
            Lag = TimeSpan.Zero,
            Samples = new SampleComparison
            {
                Direction = Named<ShiftDirection>("direction", samples.Direction),
                Missing = Named<MissingValues>("nanStrategy", samples.NanStrategy),
                Outliers = Named<OutlierTreatment>("outliers", samples.Outliers),
                OutlierFactor = factor,
                Effect = Named<EffectMeasure>("effectSize", samples.EffectSize),
                AllowedIncrease = fields.Number("compare.allowedIncrease", samples.AllowedIncrease),
                AllowedDecrease = fields.Number("compare.allowedDecrease", samples.AllowedDecrease),
                CriticalIncrease = fields.Number("compare.criticalIncrease", samples.CriticalIncrease),
                CriticalDecrease = fields.Number("compare.criticalDecrease", samples.CriticalDecrease),
                IsCritical = samples.IsCritical,
                MustHaveValues = samples.MustHaveValues,
            },
            Groups = samples.Groups.Count > 0
            ? [.. samples.Groups.Select((group, index) => fields.Text($"compare.groups[{index}]", group) ?? group)] : ["all"],
            IsMuted = samples.IsMuted,
            Lookback = fields.Duration("compare.lookback", samples.Lookback, TimeSpan.FromMinutes(1)),
        };
    }

    // Unlike in Kayenta a word that is not known is refused, and is not the default.
    private T Named<T>(string name, string? text) where T : struct, Enum
    {
        if (fields.Text($"compare.{name}", text)?.Trim() is not { } word) return default;
        foreach (var one in Enum.GetValues<T>())
            if (string.Equals(word, Camel(one.ToString()), StringComparison.Ordinal)) return one;
        fields.Refuse($"compare.{name}", $"\"{word}\" is not known; allowed are {string.Join(", ", Enum.GetNames<T>().Select(Camel))}");
        return default;
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private TimeSpan Warmup(string? text)
    {
        var warmup = fields.Duration("compare.warmup", text, TimeSpan.Zero) ?? TimeSpan.Zero;
        if (warmup > Comparison.LongestWarmup)
            fields.Refuse("compare.warmup",
                $"it is {GoDuration.Format(warmup)}; at most {GoDuration.Format(Comparison.LongestWarmup)}, since samples are read back for "
                    + "as long");
        return warmup;
    }

    private double? Share(string? text)
    {
        if (fields.Number("compare.share", text) is not { } share) return null;
        if (share is > 0 and <= 1) return share;
        fields.Refuse("compare.share", $"it is {NumberText.Format(share)}; a share of the rollout's alpha is above 0 and at most 1");
        return null;
    }

    private Requirement Required(string? text, Requirement unwritten)
    {
        switch (fields.Text("compare.require", text)?.Trim())
        {
            case null: return unwritten;
            case "evidenceForFullWeight": return Requirement.EvidenceForFullWeight;
            case "noHarm": return Requirement.NoHarm;
            case "evidence": return Requirement.Evidence;
            case { } other:
                fields.Refuse("compare.require", $"\"{other}\" is not known; allowed are noHarm, evidence, evidenceForFullWeight");
                return Requirement.EvidenceForFullWeight;
        }
    }

    private double Negligible(string? text)
    {
        var share = fields.Number("compare.negligible", text) ?? Comparison.DefaultNegligible;
        if (share is < 0 or >= 1)
            fields.Refuse("compare.negligible",
                $"it is {NumberText.Format(share)}; a share of requests from 0 (none is negligible) to below 1");
        return share;
    }

    private EquatableArray<double> Bounds(ComparisonTemplate written, bool isSlowness)
    {
        if (written.Bounds.Count == 0) return [];
        if (!isSlowness) fields.Refuse("compare.bounds", "only durations have bounds");
        if (written.Bounds.Count > MostBounds)
            fields.Refuse("compare.bounds", $"there are {written.Bounds.Count}; at most {MostBounds} can be asked for");
        double[] bounds = [.. written.Bounds.Select((text, index) =>
            fields.Duration($"compare.bounds[{index}]", text, TimeSpan.FromTicks(1))?.TotalMilliseconds).OfType<double>()];
        if (bounds.Zip(bounds.Skip(1)).Any(pair => pair.First >= pair.Second))
            fields.Refuse("compare.bounds",
                $"they are {string.Join(", ", bounds.Select(bound => bound.ToString("0.###", CultureInfo.InvariantCulture)))} ms; each is "
                    + "above the one before it");
        return [.. bounds];
    }
}
