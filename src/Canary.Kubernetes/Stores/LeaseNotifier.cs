using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Units;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Diagnostics;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Stores;

/// <summary>Writes Events on the Lease of the leader election: what concerns the process and no single Rollout.</summary>
/// <param name="client">Speaks to the API server.</param>
/// <param name="lease">The Lease.</param>
/// <param name="identity">Name of this process.</param>
/// <param name="time">Clock of the Events.</param>
/// <param name="log">Where failures are told.</param>
public sealed class LeaseNotifier(ApiClient client, ObjectName lease, string identity, TimeProvider time, ILogger log)
{
    private const int LongestMessage = 1_000;

    /// <summary>Writes a Warning. A failure is logged and stops nothing.</summary>
    public async Task WarnAsync(string reason, string message, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        try
        {
            await client.CallAsync(library => library.CoreV1.CreateNamespacedEventAsync(
                Event(reason, message, now), lease.Namespace!, fieldManager: "canary", cancellationToken: cancel));
        }
        catch (ApiException failure)
        {
            log.LeaseEventNotWritten(lease, reason, failure.Message);
        }
    }

    private Corev1Event Event(string reason, string message, DateTimeOffset now)
    {
        var about = new V1ObjectReference
        {
            ApiVersion = KnownKinds.Leases.ApiVersion,
            Kind = KnownKinds.Leases.Kind,
            Name = lease.Name,
            NamespaceProperty = lease.Namespace,
        };
        var eventName = $"{lease.Name}.{RunName.Hash($"{identity}\n{reason}\n{now:O}")}";
        return ControllerEvent.Make(eventName, about, reason, ServerText.OneLine($"{identity}: {message}", LongestMessage), isWarning: true,
            identity, now);
    }
}
