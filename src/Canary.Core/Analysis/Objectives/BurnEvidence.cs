using System;
using Canary.Core.Statistics;

namespace Canary.Core.Analysis.Objectives;

/// <summary>What is known of the rate at which the canary burns its error budget.</summary>
/// <param name="Whole">Of the whole run: that more requests fail than the objective allows.</param>
/// <param name="Recent">Of the time since any window: that it burns faster than it may for a while.</param>
public sealed record BurnEvidence(StartMixture Whole, StartMixture Recent)
{
    /// <summary>Before any window.</summary>
    public static readonly BurnEvidence None = new(StartMixture.None, StartMixture.None);

    /// <summary>Since when it seems to burn too fast; null: it does not.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Requests of the canary since then.</summary>
    public long Requests { get; init; }

    /// <summary>Of them errors, or slow ones.</summary>
    public long Events { get; init; }
}
