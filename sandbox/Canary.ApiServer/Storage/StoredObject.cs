using System.Text.Json.Nodes;

namespace Canary.ApiServer.Storage;

/// <summary>One state of one object. Its JSON is never changed once it is here: readers share it without a lock.</summary>
internal sealed class StoredObject(string key, long revision, JsonObject json, object? writtenBy)
{
    private CachedText? _cached;

    /// <summary>Namespace and name joined by a slash, the name alone for cluster scope.</summary>
    public string Key { get; } = key;

    public long Revision { get; } = revision;

    public JsonObject Json { get; } = json;

    /// <summary>The served resource that wrote it: while that is still the one in force no default can be missing.</summary>
    public object? WrittenBy { get; } = writtenBy;

    /// <summary>The serialised object as <paramref name="reader"/> serves it, computed once for all watches of it.</summary>
    public byte[] Text(object reader, System.Func<StoredObject, byte[]> serialise)
    {
        var last = _cached;
        if (last is not null && ReferenceEquals(last.Reader, reader))
            return last.Utf8;

        last = new CachedText(reader, serialise(this));
        _cached = last;
        return last.Utf8;
    }

    private sealed record CachedText(object Reader, byte[] Utf8);
}
