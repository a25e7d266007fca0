using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Reporting;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Diagnostics;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Stores;

/// <summary>Writes Events, which <c>kubectl describe</c> shows.</summary>
/// <param name="client">Speaks to the API server.</param>
/// <param name="identity">Name of this process, as the Events name it.</param>
/// <param name="time">Clock of the Events.</param>
/// <param name="log">Where failures are told.</param>
public sealed class KubernetesNotifier(ApiClient client, string identity, TimeProvider time, ILogger<KubernetesNotifier> log) : INotifier
{
    private const int LongestMessage = 1024;

    /// <inheritdoc />
    public async Task AnnounceAsync(RolloutSnapshot rollout, RolloutEvent announcement, CancellationToken cancel)
    {
        try
        {
            await CreateAsync(Event(rollout, announcement), cancel);
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
            var eventName = $"{Prefix(run.Name)}.{RunName.Hash($"{run.Uid}\n{announcement.Reason}")}";
            await CreateAsync(Event("AnalysisRun", run.Namespace, run.Name, run.Uid, run.ResourceVersion, eventName, announcement), cancel);
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

    private Task<Corev1Event> CreateAsync(Corev1Event told, CancellationToken cancel) => client.CallAsync(library =>
        library.CoreV1.CreateNamespacedEventAsync(told, told.Metadata.NamespaceProperty, fieldManager: "canary",
            cancellationToken: cancel));

    private Corev1Event Event(RolloutSnapshot rollout, RolloutEvent announcement) => Event(
        "Rollout", rollout.Name.Namespace, rollout.Name.Name, rollout.Uid, rollout.ResourceVersion, Name(rollout, announcement),
        announcement);

    private Corev1Event Event(string kind, string space, string name, string uid, string version, string eventName,
        RolloutEvent announcement)
    {
        var about = new V1ObjectReference
        {
            ApiVersion = CustomResource.ApiVersion,
            Kind = kind,
            Name = name,
            NamespaceProperty = space,
            Uid = uid,
            ResourceVersion = version,
        };
        var message = announcement.Message.Length <= LongestMessage ? announcement.Message
            : announcement.Message[..(LongestMessage - 1)] + "…";
        return ControllerEvent.Make(eventName, about, announcement.Reason, message, announcement.IsWarning, identity, time.GetUtcNow());
    }

    /// <summary>The same for the same announcement in the same situation, so that a second attempt finds the first.</summary>
    private static string Name(RolloutSnapshot rollout, RolloutEvent announcement)
    {
        var status = rollout.Status;
        var situation = string.Join('\n', rollout.Uid, announcement.Reason, announcement.Message, status.CanaryRevision, status.Attempt,
            status.CurrentStepIndex, status.Reassertions)
            + $"\n{rollout.Generation}\n{Time(status.StartedAt)}\n{Time(status.RefusalToldAt)}\n"
            + $"{Time(status.ReassertedAt)}\n{status.LastRequest?.Id}";
        return $"{Prefix(rollout.Name.Name)}.{RunName.Hash(situation)}";
    }

    private static string Prefix(string name) => name.Length <= 230 ? name : name[..230].TrimEnd('.', '-');

    private static string Time(DateTimeOffset? time) => time is { } at ? FieldWriter.Time(at) : "";
}
