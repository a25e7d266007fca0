using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>One measurement in words: <c>error rate 4.1% (limit 1%), 37 of 902 requests in 60 s</c>.</summary>
internal sealed class MetricReading(MetricSpec metric, MetricAnswer answer, string shown, double? samples)
{
    private ProviderSpec.Red? Red => metric.Provider as ProviderSpec.Red;

    /// <summary>The value with its unit where the metric has one, and the answer as it came where it has none.</summary>
    public string Value =>
        Red is { } red && answer is MetricAnswer.Vector { Samples: [{ Value: var value }] } && double.IsFinite(value) ? Unit(red, value)
        : $"result {shown}";

    /// <summary>The value, and of how many samples.</summary>
    public string Shown => Value + Extent(Only);

    private double? Only => answer is MetricAnswer.Vector { Samples: [{ Value: var value }] } ? value : null;

    /// <summary>Why it failed: the failure condition holds.</summary>
    /// <param name="series">Of which series; null: of the answer as a whole.</param>
    public string Failing(EquatableArray<Label>? series) =>
        Limit(metric, isFailure: true) is { } limit && IsUnited
            ? $"{Value} ({limit}){Extent(Only)}{Where(series)}"
            : $"{Shown}, failureCondition \"{metric.FailureCondition}\" holds{Where(series)}";

    /// <summary>Why it failed: what success asks for does not hold.</summary>
    /// <param name="series">Of which series; null: of the answer as a whole.</param>
    public string Lacking(EquatableArray<Label>? series) =>
        Limit(metric, isFailure: false) is { } limit && (IsUnited || metric.SuccessCondition is null)
            ? $"{Value} ({limit}){Extent(Only)}{Where(series)}"
            : $"{Shown}, successCondition \"{metric.SuccessCondition}\" does not hold{Where(series)}";

    /// <summary>The range that a share of failed requests lies in; null: it is no share, or nobody knows of how many.</summary>
    public static Statistics.WilsonInterval? Interval(MetricSpec metric, MetricAnswer answer, double? samples) =>
        metric.Provider is ProviderSpec.Red { Signal: RedSignal.Errors }
        && answer is MetricAnswer.Vector { Samples: [{ Value: >= 0 and <= 1 and var share }] } && samples is > 0 and var all
        && double.IsFinite(all)
            ? Statistics.WilsonInterval.Of(share * all, all)
            : null;

    private bool IsUnited => Red is not null && Only is not null;

    private string Where(EquatableArray<Label>? series) =>
        series is { Count: > 0 } labels ? $" in {{{string.Join(", ", labels.Select(label => $"{label.Name}=\"{label.Value}\""))}}}" : "";

    private string Extent(double? value)
    {
        if (samples is not { } count) return "";
        var all = Count(count);
        if (Red is not { } red) return $", {all} samples";
        var window = string.Create(CultureInfo.InvariantCulture, $" in {red.Window.TotalSeconds:0.###} s");
        return red.Signal == RedSignal.Errors && value is >= 0 and <= 1 ? $", {Count(value.Value * count)} of {all} requests{window}"
            : $", {all} requests{window}";
    }

    private static string Count(double number) => Math.Round(number).ToString("0", CultureInfo.InvariantCulture);

    /// <summary>What is asked of the metric, where it is one number: <c>limit 1%</c>, <c>at least 1 requests a second</c>; null: it is a
    /// condition that says more.</summary>
    public static string? Limit(MetricSpec metric, bool isFailure)
    {
        var (min, max) = metric.Provider is ProviderSpec.Red { Min: var least, Max: var most } && (least, most) is not (null, null)
            ? (least, most)
            : SimpleCondition.Bounds(isFailure ? metric.FailureCondition : metric.SuccessCondition, isFailure);
        return (min, max) switch
        {
            (null, null) => null,
            (null, { } high) => $"limit {Bound(metric.Provider, high)}",
            ({ } low, null) => $"at least {Bound(metric.Provider, low)}",
            ({ } low, { } high) => $"from {Bound(metric.Provider, low)} to {Bound(metric.Provider, high)}",
        };
    }

    /// <summary>The words name what was measured, <c>error rate 4.1%</c>, so that the name of the metric in front of them would say it
    /// twice.</summary>
    public static bool SaysWhat(ProviderSpec provider, string words) =>
        ComparisonJudge.SaysWhat(words) || provider is ProviderSpec.Red red && words.Contains(
        red.Signal switch
        {
            RedSignal.Requests => " requests a second",
            RedSignal.Errors => "error rate ",
            RedSignal.Duration => string.Create(CultureInfo.InvariantCulture, $"p{red.Quantile * 100:0.###} "),
        },
        StringComparison.Ordinal);

    private static string Bound(ProviderSpec provider, double value) => provider switch
    {
        ProviderSpec.Red { Signal: RedSignal.Errors } => $"{NumberText.Short(value * 100, 3)}%",
        ProviderSpec.Red { Signal: RedSignal.Duration } => $"{NumberText.Short(value, 4)} ms",
        _ => NumberText.Short(value, 6),
    };

    private static string Unit(ProviderSpec.Red red, double value) => (red.Side == RedSide.Stable ? "stable: " : "") + red.Signal switch
    {
        RedSignal.Requests => $"{NumberText.Short(value, 3)} requests a second",
        RedSignal.Errors => $"error rate {NumberText.Short(value * 100, 2 + (value is >= 0.1 and <= 1 ? 1 : 0))}%",
        RedSignal.Duration => string.Create(CultureInfo.InvariantCulture, $"p{red.Quantile * 100:0.###} {NumberText.Short(value, 4)} ms"),
    };
}
