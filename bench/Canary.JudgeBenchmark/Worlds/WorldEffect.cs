using System.Collections.Generic;
using System.Globalization;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>What is different about the canary.</summary>
/// <param name="ErrorRatio">Its rate of errors divided by stable's.</param>
/// <param name="AddedErrors">Share of its requests that fail beyond that; 1: all do.</param>
/// <param name="Slowness">Its durations divided by stable's.</param>
/// <param name="TailShare">Share of its requests that take 500 ms longer.</param>
/// <param name="SlowPathShare">Share of its requests that take the slow path; 0: the same as stable's.</param>
internal sealed record WorldEffect(double ErrorRatio = 1, double AddedErrors = 0, double Slowness = 1, double TailShare = 0,
    double SlowPathShare = 0)
{
    public static readonly WorldEffect None = new();

    /// <summary>It is no worse than stable: whoever rolls it back is wrong.</summary>
    public bool IsHarmless => ErrorRatio <= 1 && AddedErrors <= 0 && Slowness <= 1 && TailShare <= 0 && SlowPathShare <= 0;

    public override string ToString()
    {
        var parts = new List<string>();
        if (ErrorRatio != 1) parts.Add(string.Create(CultureInfo.InvariantCulture, $"errors x{ErrorRatio:0.##}"));
        if (AddedErrors != 0)
            parts.Add(AddedErrors >= 1 ? "all errors" : string.Create(CultureInfo.InvariantCulture, $"errors +{AddedErrors * 100:0.##} %"));
        if (Slowness != 1) parts.Add(string.Create(CultureInfo.InvariantCulture, $"durations x{Slowness:0.##}"));
        if (TailShare != 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{TailShare * 100:0.##} % +500 ms"));
        if (SlowPathShare != 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{SlowPathShare * 100:0.##} % slow path"));
        return parts.Count == 0 ? "no change" : string.Join(", ", parts);
    }
}
