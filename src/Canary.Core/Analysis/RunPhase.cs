namespace Canary.Core.Analysis;

/// <summary>Where an analysis run, or one of its metrics, stands.</summary>
public enum RunPhase
{
    Pending,
    Running,
    Successful,
    Failed,
    Inconclusive,
    Error,
}
