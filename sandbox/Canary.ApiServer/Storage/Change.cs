using System.Threading.Tasks;

namespace Canary.ApiServer.Storage;

/// <summary>One committed write, and the link to the next one: a watch walks the links and waits at the last.</summary>
internal sealed class Change(StoredChangeKind kind, StoredObject current, StoredObject? previous, long revision)
{
    private readonly TaskCompletionSource<Change> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoredChangeKind Kind { get; } = kind;

    /// <summary>The state after the write; for a deletion the last state with the revision of the deletion.</summary>
    public StoredObject Current { get; } = current;

    public StoredObject? Previous { get; } = previous;

    public long Revision { get; } = revision;

    public Task<Change> NextAsync => _next.Task;

    public Change? Next => _next.Task.IsCompletedSuccessfully ? _next.Task.Result : null;

    public void Link(Change following) => _next.SetResult(following);

    /// <summary>Nothing will ever follow: those who wait are told by a cancelled task.</summary>
    public void Close() => _next.TrySetCanceled();
}
