using System.Threading;
using System.Threading.Tasks;

namespace Canary.Engine.Ports;

/// <summary>Whether this process leads.</summary>
public interface ILeadership
{
    /// <summary>The term held; null: another one leads, as far as is known here.</summary>
    long? Term { get; }

    /// <summary>Reads the Lease live: is it still ours, with this term?</summary>
    Task<bool> IsStillOursAsync(long term, CancellationToken cancel);
}
