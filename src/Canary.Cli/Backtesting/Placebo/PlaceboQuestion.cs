using System;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>What a placebo backtest is asked for.</summary>
/// <param name="From">Earliest start of a rollout.</param>
/// <param name="To">Latest end of one.</param>
/// <param name="Length">Length of a rollout; null: that of its steps.</param>
/// <param name="Pods">Pods of the canary; null: those whose share is nearest to the weights of the steps.</param>
/// <param name="Replays">How many rollouts at least.</param>
/// <param name="Seed">Of the draws.</param>
internal sealed record PlaceboQuestion(DateTimeOffset From, DateTimeOffset To, TimeSpan? Length, int? Pods, int Replays, ulong Seed);
