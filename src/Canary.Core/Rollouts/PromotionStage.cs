namespace Canary.Core.Rollouts;

/// <summary>How far a promotion is. Every stage is a level: seen again after a crash, it is carried on.</summary>
public enum PromotionStage
{
    /// <summary>The promotion waits until every route shows 100.</summary>
    ConfirmingFull,

    /// <summary>Every route shows 100, and the analysis after the last step runs. Stable still runs the old version, so that a failure
    /// returns all traffic to it at once.</summary>
    Verifying,

    /// <summary>Canary writes the analysed template into stable's workload and waits for its pods.</summary>
    UpdatingStable,

    /// <summary>Stable runs the analysed template, and the weight returns to 0.</summary>
    ReturningTraffic,
}
