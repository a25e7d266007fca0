using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Providers.Tests.Metrics;

internal sealed record FakeRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Path => Target.Split('?')[0];

    /// <summary>A parameter of the address, or of the form.</summary>
    public string? Parameter(string name) =>
        (Target.Contains('?', StringComparison.Ordinal) ? Target[(Target.IndexOf('?', StringComparison.Ordinal) + 1)..] : Body)
        .Split('&')
        .Where(part => part.StartsWith($"{name}=", StringComparison.Ordinal))
        .Select(part => Uri.UnescapeDataString(part[(name.Length + 1)..]))
        .FirstOrDefault();
}
