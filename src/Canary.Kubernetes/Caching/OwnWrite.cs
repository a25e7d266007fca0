using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Caching;

/// <summary>A write of ours between its request and its answer.</summary>
internal sealed class OwnWrite(Action<OwnWrite> end) : IDisposable
{
    private readonly List<(string Version, Action Tell)> _held = [];
    private string? _version;

    /// <summary>A change of the object that came meanwhile.</summary>
    public void Hold(string version, Action tell) => _held.Add((version, tell));

    /// <summary>The answer came: the change with its version is ours.</summary>
    public void Answered(JsonObject written) => _version = Documents.ResourceVersion(written);

    /// <summary>Tells what was held back and is not ours.</summary>
    public void Dispose()
    {
        end(this);
        foreach (var (version, tell) in _held)
        {
            if (version != _version) tell();
        }
    }
}
