using System;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Engine.Analyses;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Storing;

/// <summary>Writes Events, which <c>kubectl describe</c> shows.</summary>
/// <param name="client">Speaks to the API server.</param>
/// <param name="identity">Name of this process, as the Events name it.</param>
/// <param name="time">Clock of the Events.</param>
/// <param name="log">Where failures are told.</param>
public sealed class KubernetesNotifier(ApiClient client, string identity, TimeProvider time, ILogger<KubernetesNotifier> log) : INotifier
{
    private const string Component = "canary-controller";
    private const int LongestMessage = 1024;

    private static readonly WriteOptions _options = new("canary", IsRepeatable: true);

    /// <inheritdoc />
    public async Task AnnounceAsync(RolloutSnapshot rollout, RolloutEvent announcement, CancellationToken cancel)
    {
        try
        {
            await client.CreateAsync(KnownKinds.Events, rollout.Name.Namespace, Document(rollout, announcement), _options, cancel);
        }
        catch (ApiException told) when (told.IsAlreadyExists)
        {
            // It was told before this process, or this attempt, began.
        }
        catch (ApiException failure)
        {
            log.EventNotWritten(rollout.Name, announcement.Reason, failure.Message);
        }
    }

    /// <summary>Tells of a run that belongs to no Rollout. A failure is logged and never stops an evaluation.</summary>
    public async Task AnnounceAsync(StandaloneRunSnapshot run, RolloutEvent announcement, CancellationToken cancel)
    {
        try
        {
            await client.CreateAsync(KnownKinds.Events, run.Namespace, Document("AnalysisRun", run.Namespace, run.Name, run.Uid, run.ResourceVersion, $"{Prefix(run.Name)}.{RunName.Hash($"{run.Uid}\n{announcement.Reason}")}", announcement), _options, cancel);
        }
        catch (ApiException told) when (told.IsAlreadyExists)
        {
            // It was told before this process, or this attempt, began.
        }
        catch (ApiException failure)
        {
            log.EventNotWritten(new RolloutName(run.Namespace, run.Name), announcement.Reason, failure.Message);
        }
    }

    private JsonObject Document(RolloutSnapshot rollout, RolloutEvent announcement) =>
        Document("Rollout", rollout.Name.Namespace, rollout.Name.Name, rollout.Uid, rollout.ResourceVersion, Name(rollout, announcement), announcement);

    private JsonObject Document(string kind, string space, string name, string uid, string version, string eventName, RolloutEvent announcement)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var message = announcement.Message.Length <= LongestMessage ? announcement.Message : announcement.Message[..(LongestMessage - 1)] + "…";
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = eventName, ["namespace"] = space },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = CustomResource.ApiVersion,
                ["kind"] = kind,
                ["name"] = name,
                ["namespace"] = space,
                ["uid"] = uid,
                ["resourceVersion"] = version,
            },
            ["reason"] = announcement.Reason,
            ["message"] = message,
            ["type"] = announcement.IsWarning ? "Warning" : "Normal",
            ["source"] = new JsonObject { ["component"] = Component },
            ["reportingComponent"] = Component,
            ["reportingInstance"] = identity,
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
        };
    }

    /// <summary>The same for the same announcement in the same situation, so that a second attempt finds the first.</summary>
    private static string Name(RolloutSnapshot rollout, RolloutEvent announcement)
    {
        var status = rollout.Status;
        var situation = string.Join('\n', rollout.Uid, announcement.Reason, announcement.Message, status.CanaryRevision, status.Attempt, status.CurrentStepIndex, status.Reassertions)
            + $"\n{rollout.Generation}\n{Time(status.StartedAt)}\n{Time(status.RefusalToldAt)}\n{Time(status.ReassertedAt)}\n{status.LastRequest?.Id}";
        return $"{Prefix(rollout.Name.Name)}.{RunName.Hash(situation)}";
    }

    private static string Prefix(string name) => name.Length <= 230 ? name : name[..230].TrimEnd('.', '-');

    private static string Time(DateTimeOffset? time) => time is { } at ? FieldWriter.Time(at) : "";
}
