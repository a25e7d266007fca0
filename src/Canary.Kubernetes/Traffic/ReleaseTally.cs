using System.Collections.Generic;
using Canary.Engine.Ports;

namespace Canary.Kubernetes.Traffic;

/// <summary>What became of the objects of a Rollout that is deleted, one after the other.</summary>
internal sealed class ReleaseTally
{
    private readonly List<string> _restored = [];
    private readonly List<string> _left = [];
    private readonly List<string> _refused = [];
    private WriteResult.Lost? _later;

    /// <summary>An object that stays as it is, and why.</summary>
    public void Leave(string why) => _left.Add(why);

    /// <summary>An object that is tried again.</summary>
    public void Refuse(string why) => _refused.Add(why);

    /// <summary>How the write of an object ended; false: a later leader has it, and nothing else is to be written.</summary>
    /// <param name="result">The outcome.</param>
    /// <param name="restored">What changed where it was written.</param>
    /// <param name="left">What could not be written besides.</param>
    public bool Take(WriteResult result, IEnumerable<string> restored, IEnumerable<string> left)
    {
        switch (result)
        {
            case WriteResult.Lost { IsToLaterLeader: true } later:
                _later = later;
                return false;
            case WriteResult.Applied:
                _restored.AddRange(restored);
                _left.AddRange(left);
                return true;
            case WriteResult.Lost lost:
                _left.Add(lost.Message);
                return true;
            case WriteResult.Contended contended:
                _refused.Add(contended.Message);
                return true;
            case WriteResult.Refused refused:
                _refused.Add(refused.Message);
                return true;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>All of it.</summary>
    public ReleaseResult Result() => _later is { } later
        ? new ReleaseResult([.. _restored], [.. _left], null, IsToLaterLeader: true) { Term = later.Term }
        : new ReleaseResult([.. _restored], [.. _left], _refused.Count == 0 ? null : string.Join("; ", _refused), IsToLaterLeader: false);
}
