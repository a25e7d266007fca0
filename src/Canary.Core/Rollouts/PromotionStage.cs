namespace Canary.Core.Rollouts;

/// <summary>How far a promotion is. Every stage is a level: seen again after a crash, it is carried on.</summary>
public enum PromotionStage
{
    /// <summary>Waiting until every route shows 100.</summary>
    ConfirmingFull,

    /// <summary>Every route shows 100, and the analysis after the last step runs. Stable still runs the old version, so that a failure takes everything back to it at once.</summary>
    Verifying,

    /// <summary>The analysed template is being written into stable's workload, and stable rolls out.</summary>
    UpdatingStable,

    /// <summary>Stable runs the analysed template; the weight returns to 0.</summary>
    ReturningTraffic,
}
