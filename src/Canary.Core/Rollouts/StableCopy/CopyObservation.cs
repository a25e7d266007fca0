using System;

namespace Canary.Core.Rollouts.StableCopy;

/// <summary>The stable copy and what belongs to it, as they are.</summary>
/// <param name="WorkloadReplicas">Replicas that the workload asks for.</param>
/// <param name="WrittenReplicas">Those that Canary wrote into it last, or took for the size of the service; null: it never did. Another
/// number is somebody's wish.</param>
/// <param name="CopyReplicas">Replicas that the copy asks for; null: there is no copy.</param>
/// <param name="IsCopyAvailable">All pods of the copy run its template and are available.</param>
/// <param name="HasServices">The Services of both sides are there.</param>
/// <param name="Serving">Whose pods stable's Service selects.</param>
public sealed record CopyObservation(int WorkloadReplicas, int? WrittenReplicas, int? CopyReplicas, bool IsCopyAvailable, bool HasServices,
    StableServing Serving)
{
    /// <summary>The last wish that was taken: who writes it again, as a tool does that knows it from Git, wishes nothing new. Null: not
    /// known.</summary>
    public int? WishedReplicas { get; init; }

    /// <summary>Replicas that the copy has again later, where Canary took some away for the time of a release
    /// (<c>dynamicStableScale</c>); null: it has all of them.</summary>
    public int? FullReplicas { get; init; }

    /// <summary>What the copy itself says of <see cref="FullReplicas"/>; null: nothing. The decision fills it in.</summary>
    public int? NotedReplicas { get; init; }

    /// <summary>Replicas of the whole service; null: there is no copy.</summary>
    public int? ServiceReplicas => CopyReplicas > FullReplicas ? CopyReplicas : CopyReplicas is null ? null : FullReplicas ?? CopyReplicas;

    /// <summary>The controller of Deployments has seen how many pods the copy asks for.</summary>
    public bool IsCopyObserved { get; init; } = true;

    /// <summary>The raise that the workload got its replicas for; null: none, or not known.</summary>
    public string? RaisedFor { get; init; }

    /// <summary>All pods of the workload run its template and are available, at least one, and it is not paused.</summary>
    public bool IsWorkloadAvailable { get; init; }

    /// <summary>A pod of the copy is available.</summary>
    public bool HasCopyPods { get; init; }

    /// <summary>The workload has pods, or asks for some.</summary>
    public bool HasWorkloadPods { get; init; } = WorkloadReplicas > 0;

    /// <summary>Fields of the workload besides its template, such as <c>strategy</c>, are not those of the copy.</summary>
    public bool AreFieldsDue { get; init; }

    /// <summary>The Service that clients call has ports that those of the sides lack.</summary>
    public bool ArePortsDue { get; init; }

    /// <summary>What the copy's pods read is to be made again: somebody deleted it.</summary>
    public bool IsConfigurationDue { get; init; }

    /// <summary>Clients call a Service that selects pods of the workload alone.</summary>
    public bool IsClientServiceDue { get; init; }

    /// <summary>Pods of the workload have not the labels that they are to have.</summary>
    public bool ArePodsUnlabelled { get; init; }

    /// <summary>The workload was restarted, and the copy was not.</summary>
    public bool IsRestartDue { get; init; }

    /// <summary>When the pods of the workload were restarted last (<c>kubectl rollout restart</c>); null: never.</summary>
    public DateTimeOffset? RestartedAt { get; init; }

    /// <summary>The HorizontalPodAutoscaler or ScaledObject of the workload; null: it has none.</summary>
    public AutoscalerObservation? Autoscaler { get; init; }

    /// <summary>One that Canary made for the copy is there, and the workload's is not any more; or one is paused for the Rollout that
    /// scales another workload by now. What the workload's replicas are then is what an autoscaler wrote, and no wish.</summary>
    public bool IsAutoscalerLeft { get; init; }
}

/// <summary>Whose pods stable's Service selects.</summary>
public enum StableServing
{
    /// <summary>Those of neither, or the Service is not there.</summary>
    Neither,

    /// <summary>Those of the workload: the copy is not ready, or the Rollout is being deleted.</summary>
    Workload,

    /// <summary>Those of the copy.</summary>
    Copy,
}
