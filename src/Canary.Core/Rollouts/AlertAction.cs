namespace Canary.Core.Rollouts;

/// <summary><c>action</c> of an alert rule.</summary>
public enum AlertAction
{
    /// <summary>The canary is rolled back.</summary>
    Abort,

    /// <summary>Nothing advances while it fires.</summary>
    Pause,
}
