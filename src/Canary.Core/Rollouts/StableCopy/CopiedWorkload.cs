using System;
using Canary.Core.Traffic;

namespace Canary.Core.Rollouts.StableCopy;

/// <summary>The one workload of a service, which its team changes. Canary keeps a copy of the last promoted version beside it, the stable
/// side, and the workload itself is the canary side. Source: <c>spec.workload</c>.</summary>
/// <param name="Reference">The workload.</param>
/// <param name="Service">Name of the Service that clients call, whose ports the Services of the sides have and which selects the pods of
/// both sides; null: the Service with the name of the workload, where there is one.</param>
public sealed record CopiedWorkload(WorkloadReference Reference, string? Service)
{
    /// <summary>What the name of the stable copy, and of its Service, ends in.</summary>
    public const string StableSuffix = "-stable";

    /// <summary>What the name of the canary's Service ends in.</summary>
    public const string CanarySuffix = "-canary";

    /// <summary>Default of <see cref="ScaleDownDelay"/>, as in Argo Rollouts.</summary>
    public static readonly TimeSpan DefaultScaleDownDelay = TimeSpan.FromSeconds(30);

    /// <summary>What a shorter <see cref="ScaleDownDelay"/> counts as: proxies follow a route some time after its object shows it, as a
    /// rule within a second or two. Pods that all go before that leave them with nowhere to send to.</summary>
    public static readonly TimeSpan ShortestScaleDownDelay = TimeSpan.FromSeconds(5);

    /// <summary>Longest <see cref="ScaleDownDelay"/>.</summary>
    public static readonly TimeSpan LongestScaleDownDelay = TimeSpan.FromHours(24);

    /// <summary><c>strategy.canary.scaleDownDelay</c>: how long the workload keeps its pods when stable has all the traffic again, so that
    /// requests under way end and proxies follow. 0s to <see cref="LongestScaleDownDelay"/>; less than
    /// <see cref="ShortestScaleDownDelay"/> counts as that. Default 30s.</summary>
    public TimeSpan ScaleDownDelay { get; init; } = DefaultScaleDownDelay;

    /// <summary>Whether pods of the two sides share a Node. A change reaches the copy with its next template. Default
    /// <see cref="SideAntiAffinity.None"/>.</summary>
    public SideAntiAffinity AntiAffinity { get; init; }

    /// <summary>A promotion writes the images with the digests that the analysed pods run. Default false.</summary>
    public bool PinsImages { get; init; }

    /// <summary>The delay in force.</summary>
    /// <param name="asked">What the spec says.</param>
    public static TimeSpan Bound(TimeSpan asked) => asked < ShortestScaleDownDelay ? ShortestScaleDownDelay : asked;

    /// <summary>Name of the Deployment that Canary keeps.</summary>
    public string CopyName => Reference.Name + StableSuffix;

    /// <summary>Name of the Service that clients call.</summary>
    public string ClientService => Service ?? Reference.Name;
}
