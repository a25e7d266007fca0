using System.Threading;

namespace Canary.Providers.Prometheus.Query;

/// <summary>
/// Bytes of answers that are being read in this process. A short answer is always taken; of long ones only so many at a time, and one more
/// is refused at once instead of waiting: a server that sends slowly must hold nobody up.
/// </summary>
/// <param name="most">Most bytes of all answers at a time.</param>
internal sealed class AnswerBudget(long most)
{
    /// <summary>So much of every answer is taken, whatever else is being read.</summary>
    public const int Free = 1 << 20;

    private long _underWay;

    /// <summary>Most bytes of all answers at a time.</summary>
    public long Most => most;

    /// <summary>
    /// Takes bytes of an answer into account. False: there are too many, and the answer is to be refused; what was taken is to be given
    /// back all the same.
    /// </summary>
    /// <param name="bytes">Bytes that came now.</param>
    /// <param name="ofThis">All bytes of this answer, these among them.</param>
    public bool Take(int bytes, long ofThis) => Interlocked.Add(ref _underWay, bytes) <= most || ofThis <= Free;

    /// <summary>The answer was read, or given up.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _underWay, -bytes);
}
