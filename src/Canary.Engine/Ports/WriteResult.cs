namespace Canary.Engine.Ports;

/// <summary>How a write to somebody else's object ended.</summary>
public abstract record WriteResult
{
    private WriteResult() { }

    /// <summary>Everything shows what was wanted; <paramref name="Writes"/> requests were needed, 0 where it did so already.</summary>
    public sealed record Applied(int Writes) : WriteResult
    {
        /// <summary>What a person should know of it; null: nothing.</summary>
        public string? Note { get; init; }
    }

    /// <summary>The object changed since it was read (a test of the patch failed): the pass ends, the next one looks again.</summary>
    public sealed record Contended(string Message) : WriteResult;

    /// <summary>The object carries the claim of a later leader, or of another Rollout that exists: hands off.</summary>
    /// <param name="Message">Which object, and whose it is.</param>
    /// <param name="IsToLaterLeader">Nothing else is to be written either. False: it is the other Rollout's, which says nothing of other
    /// objects.</param>
    public sealed record Lost(string Message, bool IsToLaterLeader) : WriteResult
    {
        /// <summary>The term of the later leader; null: it is not lost to one.</summary>
        public long? Term { get; init; }
    }

    /// <summary>The server refused it (webhook, permission, schema) or could not be reached.</summary>
    public sealed record Refused(string Message) : WriteResult;
}
