namespace Canary.Core.Analysis;

/// <summary>Windows that do not yet make a block: what they counted together.</summary>
/// <param name="Seconds">Their length.</param>
/// <param name="Bound">The bound whose events are counted, by its index; 0 for errors.</param>
/// <param name="Requests">Requests of the canary.</param>
/// <param name="Events">Of them errors, or slow ones.</param>
/// <param name="StableRequests">Requests of stable.</param>
/// <param name="StableEvents">Of them errors, or slow ones.</param>
public sealed record PartialMinute(double Seconds, int Bound, long Requests, long Events, long StableRequests, long StableEvents)
{
    /// <summary>No window.</summary>
    public static readonly PartialMinute None = new(0, 0, 0, 0, 0, 0);

    /// <summary>With one window more. One of another bound begins anew.</summary>
    public PartialMinute Add(double seconds, int bound, SideCounts canary, SideCounts stable)
    {
        var before = bound == Bound ? this : None;
        return new(before.Seconds + seconds, bound, before.Requests + canary.Requests, before.Events + canary.Events[bound],
            before.StableRequests + stable.Requests, before.StableEvents + stable.Events[bound]);
    }
}
