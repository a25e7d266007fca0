using Canary.Core.Units;
using Canary.Engine.Alerts;

namespace Canary.Providers.Alerts;

/// <summary>A body with alerts, read.</summary>
public abstract record AlertPayload
{
    private AlertPayload() { }

    /// <param name="Alerts">Those that can be read and are wanted.</param>
    /// <param name="Version"><c>version</c>; null where there is none.</param>
    /// <param name="Truncated"><c>truncatedAlerts</c>: so many were left out by who sent it.</param>
    /// <param name="Unreadable">The first alert that cannot be read, by its path, and what is wrong with it; null: all can.</param>
    public sealed record Read(EquatableArray<HeardAlert> Alerts, string? Version, long Truncated, string? Unreadable) : AlertPayload;

    /// <summary>Not JSON, or not of this form.</summary>
    /// <param name="Reason">What is wrong, and where.</param>
    public sealed record Malformed(string Reason) : AlertPayload;

    /// <summary>More bytes than are taken.</summary>
    /// <param name="Reason">What is too large, and what is allowed.</param>
    public sealed record TooLarge(string Reason) : AlertPayload;
}
