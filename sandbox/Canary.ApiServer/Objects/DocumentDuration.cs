using System;
using Canary.Core.Units;

namespace Canary.ApiServer.Objects;

/// <summary>
/// Reads a length of time as documents of Kubernetes and Istio write it: <c>1.5s</c>, <c>2m30s</c>, <c>80ms</c>, <c>0</c>. A number without
/// a unit is none, unless it is 0.
/// </summary>
internal static class DocumentDuration
{
    public static bool TryParse(string? text, out TimeSpan length)
    {
        length = TimeSpan.Zero;
        if (text is null || (text != "0" && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))) return false;
        return GoDuration.TryParse(text, out length, out _);
    }

    /// <exception cref="FormatException">The text is not a length of time.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var length) ? length
        : throw new FormatException($"found \"{text}\", wanted a length of time such as 80ms, 1.5s or 2m30s");
}
