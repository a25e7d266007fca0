namespace Canary.JudgeBenchmark.Worlds;

/// <summary>How the durations of stable spread: log-normal, and a share of the requests takes a slow path.</summary>
/// <param name="SlowShare">Share of the requests that take the slow path.</param>
/// <param name="SlowFactor">How many times as long those take.</param>
/// <param name="Quickness">All durations are divided by it.</param>
internal sealed record DurationShape(double SlowShare, double SlowFactor, double Quickness)
{
    /// <summary>Median 60 ms, p95 190 ms, p99 306 ms.</summary>
    public static readonly DurationShape Single = new(0, 1, 1);

    /// <summary>A fifth of the requests takes ten times as long as the others, which take half as long as usual.</summary>
    public static readonly DurationShape Bimodal = new(0.2, 10, 2);

    /// <summary>A tenth of the requests takes eight times as long.</summary>
    public static readonly DurationShape SlowPath = new(0.1, 8, 1);

    /// <summary>The same with what is different about the canary.</summary>
    public DurationShape With(WorldEffect effect) => effect.SlowPathShare > 0 ? this with { SlowShare = effect.SlowPathShare } : this;
}
