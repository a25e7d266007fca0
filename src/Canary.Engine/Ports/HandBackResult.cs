namespace Canary.Engine.Ports;

/// <summary>How far the traffic of one workload is on its way back to it.</summary>
/// <param name="Waiting">What it waits for; null: for nothing.</param>
/// <param name="IsCopyIdle">The copy is there and no Service selects its pods any more: it may go once requests under way have
/// ended.</param>
public sealed record HandBackResult(string? Waiting, bool IsCopyIdle)
{
    /// <summary>Why nothing can be given back, however long one waits; null: it can.</summary>
    public string? Left { get; init; }

    /// <summary>What stays paused if nothing more is done, and what to do then; null: nothing.</summary>
    public string? Paused { get; init; }
}
