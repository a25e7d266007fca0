using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.World;

/// <summary>Waits until Deployments have rolled out, as <c>kubectl rollout status</c> does.</summary>
internal sealed class DeploymentWait(ApiClient api, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <exception cref="TimeoutException">One has not; the message says how far it is.</exception>
    public async Task UntilReadyAsync(IReadOnlyList<ObjectName> names, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        foreach (var name in names)
        {
            while (true)
            {
                var deployment = await api.GetAsync(KnownKinds.Deployments, name, cancel);
                if (IsReady(deployment)) break;
                if (time.GetElapsedTime(started) > Patience)
                {
                    var said =
                        string.Join(" ", deployment.ItemsAt("status", "conditions").Select(condition => condition.TextAt("message")));
                    throw new TimeoutException(
                        $"Deployment {name}: {deployment.NumberAt("status", "availableReplicas") ?? 0} of "
                            + $"{deployment.NumberAt("spec", "replicas")} pods available after {Patience.TotalSeconds:0} s. {said}");
                }

                await Task.Delay(Look, time, cancel);
            }
        }
    }

    private static bool IsReady(JsonObject deployment)
    {
        var wanted = deployment.NumberAt("spec", "replicas") ?? 1;
        return deployment.NumberAt("status", "observedGeneration") >= deployment.NumberAt("metadata", "generation")
            && Count("updatedReplicas") == wanted && Count("replicas") == wanted && Count("availableReplicas") == wanted;

        // The fields are not there where they are 0, as of a Deployment that Canary has taken over.
        long Count(string field) => deployment.NumberAt("status", field) ?? 0;
    }
}
