using System;
using System.Text;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>The part of an address after the question mark.</summary>
internal sealed class Query
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a parameter; nothing when the value is null.</summary>
    public Query Add(string name, string? value)
    {
        if (value is not null) _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public override string ToString() => _text.ToString();
}
