using System;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Units;
using Canary.Kubernetes.Api;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Storing;

/// <summary>Writes Events on the Lease of the leader election: what concerns the process and no single Rollout.</summary>
/// <param name="client">Speaks to the API server.</param>
/// <param name="lease">The Lease.</param>
/// <param name="identity">Name of this process.</param>
/// <param name="time">Clock of the Events.</param>
/// <param name="log">Where failures are told.</param>
public sealed class LeaseNotifier(ApiClient client, ObjectName lease, string identity, TimeProvider time, ILogger log)
{
    private const string Component = "canary-controller";
    private const int LongestMessage = 1_000;

    private static readonly WriteOptions _options = new("canary", IsRepeatable: true);

    /// <summary>Writes a Warning. A failure is logged and stops nothing.</summary>
    public async Task WarnAsync(string reason, string message, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        try
        {
            await client.CreateAsync(KnownKinds.Events, lease.Namespace!, Document(reason, message, now), _options, cancel);
        }
        catch (ApiException failure)
        {
            log.LeaseEventNotWritten(lease, reason, failure.Message);
        }
    }

    private JsonObject Document(string reason, string message, DateTimeOffset now)
    {
        var at = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = $"{lease.Name}.{RunName.Hash($"{identity}\n{reason}\n{now:O}")}", ["namespace"] = lease.Namespace },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = KnownKinds.Leases.ApiVersion,
                ["kind"] = KnownKinds.Leases.Kind,
                ["name"] = lease.Name,
                ["namespace"] = lease.Namespace,
            },
            ["reason"] = reason,
            ["message"] = ServerText.OneLine($"{identity}: {message}", LongestMessage),
            ["type"] = "Warning",
            ["source"] = new JsonObject { ["component"] = Component },
            ["reportingComponent"] = Component,
            ["reportingInstance"] = identity,
            ["firstTimestamp"] = at,
            ["lastTimestamp"] = at,
            ["count"] = 1,
        };
    }
}
