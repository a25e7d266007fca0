using System.Threading;

namespace Canary.Controller.Scheduling;

/// <summary>The term that passes run in now; none while another process leads.</summary>
internal sealed class CurrentTerm
{
    private LeadershipTerm? _current;

    public void Begin(LeadershipTerm term) => Volatile.Write(ref _current, term);

    /// <summary>Ends the term; the caller waits for its passes.</summary>
    public LeadershipTerm? End() => Interlocked.Exchange(ref _current, null);

    /// <summary>The term, entered; the caller leaves it. Null: no pass may begin.</summary>
    public LeadershipTerm? Enter() => Volatile.Read(ref _current) is { } term && term.TryEnter() ? term : null;
}
