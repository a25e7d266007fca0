using System;
using System.Globalization;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary>Reads what <c>compare.with: objective</c> has of its own.</summary>
internal sealed class ObjectiveReader(TemplateFieldReader fields)
{
    private const string Allowed = "such as 99.9%, 99.9 or 0.999, from 50% to 99.9999%";

    // Of a template whose argument is not known yet: what does not count.
    private static readonly Objective Unknown = new(0.99, Objective.DefaultBurnRate);

    /// <summary>The objective.</summary>
    /// <param name="written">As it is written.</param>
    /// <param name="judge">The judge that is asked for; null: not known.</param>
    /// <param name="isSlowness">Durations are held against it.</param>
    public Objective Read(ComparisonTemplate written, string? judge, bool isSlowness)
    {
        if (judge is not ("sequential" or null))
            fields.Refuse("compare.judge", $"\"{judge}\" does not hold against an objective; allowed is sequential");
        if (written.Tolerate is not null)
            fields.Refuse("compare.tolerate", "it is for with: stable; objective says how much may fail, and burnRate how much for a while");
        if (written.NotWorseThan is not null)
            fields.Refuse("compare.notWorseThan", "it is for with: stable; require: evidence asks for evidence that the objective is kept");
        if (written.Negligible is not null)
            fields.Refuse("compare.negligible", "it is for with: stable; objective says how much may fail");
        if (written.Subject.Count > 0) fields.Refuse("compare.subject", "it is stable's side, which an objective does not look at");
        if (written.Samples != new SampleTemplate())
            fields.Refuse("compare", "direction, nanStrategy, outliers, effectSize, critical, groups and what belongs to them are of the "
                + "judge mannWhitney; an objective does not use them");
        if (isSlowness && written.Bounds.Count != 1)
            fields.Refuse("compare.bounds",
                $"there are {written.Bounds.Count}; an objective for durations has one, such as [250ms]: requests that take longer are bad");
        if (written.Objective is null)
        {
            fields.Refuse("compare.objective", $"it is missing; with: objective needs one, {Allowed}");
            return Unknown;
        }

        return Target(written.Objective) is { } target ? new(target, BurnRate(written.BurnRate, target)) : Unknown;
    }

    /// <summary>What only an objective has.</summary>
    public void RefuseOthers(ComparisonTemplate written)
    {
        if (written.Objective is not null)
            fields.Refuse("compare.objective", "it is for with: objective; stable is not held against one");
        if (written.BurnRate is not null) fields.Refuse("compare.burnRate", "it is for with: objective");
    }

    // 99.9 %, 99.9 and 0.999 are the same: an objective below one half is none.
    private double? Target(string text)
    {
        if (fields.Text("compare.objective", text)?.Trim() is not { } value) return null;
        var isPercent = value.EndsWith('%');
        if (decimal.TryParse(value.TrimEnd('%').TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            var target = (double)(isPercent || number > 1 ? number / 100 : number);
            if (target is >= Objective.LeastTarget and <= Objective.MostTarget) return target;
        }

        fields.Refuse("compare.objective", $"\"{value}\" is no objective; it is the share of good requests, {Allowed}");
        return null;
    }

    private double BurnRate(string? text, double target)
    {
        if (fields.Number("compare.burnRate", text) is not { } rate) return Objective.FindBurnRate(target);
        var most = Math.Floor(Math.Round(Objective.MostRate / new Objective(target, 1).Allowed, 6) * 100) / 100;
        if (rate >= 1 && rate <= most) return rate;
        fields.Refuse("compare.burnRate",
            $"it is {NumberText.Format(rate)}; from 1 to {NumberText.Format(most)}, where nine of ten requests fail: how many times as fast "
                + "as the objective allows the error budget may burn for a while");
        return Objective.FindBurnRate(target);
    }
}
