using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Cli.Removing;

/// <summary>Whether a controller runs, by the Lease that it renews every two seconds.</summary>
internal static class ControllerLease
{
    /// <summary>What is wrong; null: a controller runs, or it cannot be told.</summary>
    /// <param name="at">The cluster.</param>
    /// <param name="name">Name of the Lease, in any namespace.</param>
    /// <param name="error">Told where it cannot be told.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancel">Ends the call.</param>
    public static async Task<string?> FindProblemAsync(ClusterConnection at, string name, TextWriter error, DateTimeOffset now,
        CancellationToken cancel)
    {
        try
        {
            var leases = (await at.Client.ListAllAsync(KnownKinds.Leases, null,
                new ListOptions(FieldSelector: $"metadata.name={name}"), cancel)).Items;
            if (leases.Any(lease => IsHeld(lease, now))) return null;
            var last = leases.Select(Renewed).OfType<DateTimeOffset>().DefaultIfEmpty().Max();
            return "no controller runs: "
                + (last == default ? $"nobody holds a Lease {name}" : $"the Lease {name} was last renewed at {last:yyyy-MM-dd HH:mm:ss}Z")
                + ". Start it first: a deleted Rollout waits for it";
        }
        catch (ApiException refused) when (refused.IsForbidden)
        {
            await error.WriteLineAsync("warning: whether a controller runs is not known, since this user may not list Leases");
            return null;
        }
    }

    private static bool IsHeld(JsonObject lease, DateTimeOffset now) =>
        lease["spec"]?["holderIdentity"] is JsonValue holder && (string?)holder is { Length: > 0 }
        && Renewed(lease) is { } renewed
        && now - renewed < TimeSpan.FromSeconds(2 * Math.Clamp((int?)lease["spec"]?["leaseDurationSeconds"] ?? 15, 1, 3600));

    private static DateTimeOffset? Renewed(JsonObject lease) =>
        DateTimeOffset.TryParse((string?)lease["spec"]?["renewTime"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal
            | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
