using System;
using System.Collections.Generic;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;

namespace Canary.Cli.Backtesting;

/// <summary>What a template would have said over the past.</summary>
/// <param name="From">First window's end.</param>
/// <param name="To">Last window's end.</param>
/// <param name="Step">Between two windows.</param>
/// <param name="Length">How long a run was let go on.</param>
/// <param name="Spec">What was measured.</param>
/// <param name="Windows">By metric, in order of time.</param>
/// <param name="Starts">A run from each time on.</param>
internal sealed record BacktestResult(
    DateTimeOffset From,
    DateTimeOffset To,
    TimeSpan Step,
    TimeSpan Length,
    RunSpec Spec,
    IReadOnlyDictionary<string, IReadOnlyList<Backtest.Window>> Windows,
    IReadOnlyList<Backtest.Start> Starts);
