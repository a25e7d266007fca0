using System.Threading;

namespace Canary.Controller.Scheduling;

/// <summary>The tenure that passes run in now; none while another process leads.</summary>
internal sealed class Tenures
{
    private Tenure? current;

    public void Begin(Tenure tenure) => Volatile.Write(ref current, tenure);

    /// <summary>Ends the tenure; the caller waits for its passes.</summary>
    public Tenure? End() => Interlocked.Exchange(ref current, null);

    /// <summary>The tenure, entered; the caller leaves it. Null: no pass may begin.</summary>
    public Tenure? Enter() => Volatile.Read(ref current) is { } tenure && tenure.TryEnter() ? tenure : null;
}
