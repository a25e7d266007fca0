using System;
using System.Text.Json.Nodes;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Api.Wire;

namespace Canary.Kubernetes.Api.Caching;

/// <summary>
/// One object of a cache, held as text: a document that was looked into is an object and a dictionary for each map in it, ten times its
/// text. It is read again when somebody looks at it, and stays read as long as somebody uses it.
/// </summary>
internal sealed class KeptObject
{
    private readonly byte[] _text;
    private WeakReference<JsonObject>? _read;

    /// <param name="document">What is kept. It is not held, but for as long as somebody uses it.</param>
    /// <param name="keys">Where it is found in each index.</param>
    /// <param name="isOfList">Whether the document is one of many that were read together: the use of one would hold them all.</param>
    public KeptObject(JsonObject document, (string Index, string Key)[] keys, bool isOfList)
    {
        _text = AnswerReader.ToBytes(document);
        if (!isOfList) _read = new WeakReference<JsonObject>(document);
        (Name, Uid, ResourceVersion, Keys) =
            (ObjectName.Of(document), Documents.Uid(document), Documents.ResourceVersion(document), keys);
    }

    public ObjectName Name { get; }

    public string Uid { get; }

    public string ResourceVersion { get; }

    public (string Index, string Key)[] Keys { get; }

    /// <summary>The document. To be read, never changed.</summary>
    public JsonObject Document
    {
        get
        {
            if (_read is { } last && last.TryGetTarget(out var known)) return known;
            var read = (JsonObject)JsonText.ReadObject(_text)!;
            // Two that look at the same time may get one each.
            _read = new WeakReference<JsonObject>(read);
            return read;
        }
    }
}
