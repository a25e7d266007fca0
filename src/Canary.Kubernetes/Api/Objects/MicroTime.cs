using System;
using System.Globalization;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>Times as documents hold them.</summary>
public static class MicroTime
{
    /// <summary>With exactly six digits of a second, as <c>MicroTime</c> wants it (Lease, Event).</summary>
    public static string Micro(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>In whole seconds, as <c>Time</c> wants it (status, conditions).</summary>
    public static string Seconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
