using System;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping.Strategies;

/// <summary><c>strategy.blueGreen</c>.</summary>
internal static class BlueGreenMapping
{
    public const string Key = "blueGreen";
    public const string PreAnalysis = "prePromotionAnalysis";
    public const string PostAnalysis = "postPromotionAnalysis";
    public const string ActiveService = "activeService";
    public const string PreviewService = "previewService";

    private const string After = "autoPromotionAfter";
    private const string Seconds = "autoPromotionSeconds";
    private const string AbortDelay = "abortScaleDownDelay";

    public static BlueGreenStrategy? Read(FieldReader blueGreen, CopiedWorkload? workload)
    {
        if (!blueGreen.IsPresent) return null;
        if (blueGreen.Has(After) && blueGreen.Has(Seconds)) blueGreen.Fail(Seconds, $"{After} is given too; give one of them");
        if (workload is null && blueGreen.Has(AbortDelay))
            blueGreen.Fail(AbortDelay, "it needs spec.workload: Canary does not scale workloads that the sides name; remove it");
        return new BlueGreenStrategy
        {
            PreviewReplicaCount = blueGreen.Int("previewReplicaCount"),
            IsAutoPromotionEnabled = blueGreen.Flag("autoPromotionEnabled", true),
            AutoPromotionAfter = blueGreen.Duration(After)
                ?? (blueGreen.Int(Seconds, 0) is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero),
            ScaleDownDelay = blueGreen.Duration("scaleDownDelay") ?? BlueGreenStrategy.DefaultScaleDownDelay,
            AbortScaleDownDelay = blueGreen.Duration(AbortDelay) ?? BlueGreenStrategy.DefaultScaleDownDelay,
        };
    }

    /// <summary>The Services of the sides, where the strategy names them.</summary>
    public static TrafficSpec ReadServices(FieldReader blueGreen, FieldReader spec, TrafficSpec traffic, CopiedWorkload? workload)
    {
        return traffic with
        {
            NamedStable = Named(traffic.NamedStable, ActiveService, "stable"),
            NamedCanary = Named(traffic.NamedCanary, PreviewService, "canary"),
        };

        SideSpec Named(SideSpec side, string field, string role)
        {
            if (!blueGreen.IsPresent || blueGreen.Text(field) is not { Length: > 0 } service) return side;
            if (workload is null)
                blueGreen.Fail(field, $"it needs spec.workload; without it, spec.traffic.{role}.service names the Service");
            else if (spec.Child("traffic") is { IsPresent: true } given && given.Child(role) is { IsPresent: true } named
                && named.Has("service") && named.Text("service") != service)
                blueGreen.Fail(field, $"it is '{service}', and spec.traffic.{role}.service is '{side.Service}'; give one of them");
            else if (service == workload.ClientService)
                blueGreen.Fail(field, $"it is '{service}', the Service that clients call, which selects both sides: spec.workload.service "
                    + "names that one; give the side's Service a name of its own, or leave it out");
            else return side with { Service = service };
            return side;
        }
    }

    /// <summary>The strategy's own fields. The Services are those of the sides.</summary>
    public static JsonObject Write(BlueGreenStrategy blueGreen)
    {
        var written = new JsonObject().Put("previewReplicaCount", blueGreen.PreviewReplicaCount);
        if (!blueGreen.IsAutoPromotionEnabled) written["autoPromotionEnabled"] = false;
        if (blueGreen.AutoPromotionAfter != TimeSpan.Zero) written.PutDuration(After, blueGreen.AutoPromotionAfter);
        if (blueGreen.ScaleDownDelay != BlueGreenStrategy.DefaultScaleDownDelay)
            written.PutDuration("scaleDownDelay", blueGreen.ScaleDownDelay);
        if (blueGreen.AbortScaleDownDelay != BlueGreenStrategy.DefaultScaleDownDelay)
            written.PutDuration(AbortDelay, blueGreen.AbortScaleDownDelay);
        return written;
    }
}
