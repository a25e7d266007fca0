using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>The schema of <c>strategy.blueGreen</c>.</summary>
internal static class BlueGreenResource
{
    private static readonly string Longest = GoDuration.Format(BlueGreenStrategy.LongestScaleDownDelay);

    /// <param name="analysis">Schema of an analysis.</param>
    /// <param name="capacity">Schema of <c>capacity</c>.</param>
    /// <param name="unreadyLimit">Schema of <c>unreadyLimit</c>.</param>
    public static Schema Strategy(Schema analysis, Schema capacity, Schema unreadyLimit) => Object(
        "The blue-green strategy: the new version gets no traffic, as the preview, until it gets all of it in one shift.",
        Optional("activeService", ObjectName(
            "With spec.workload: name of the Service of the stable side, as spec.traffic.stable.service. Default: the name of the Service "
                + "that clients call, and -stable.")),
        Optional("previewService", ObjectName(
            "With spec.workload: name of the Service of the preview, as spec.traffic.canary.service. Default: the name of the Service that "
                + "clients call, and -canary.")),
        Optional("previewReplicaCount", Integer(
            "With spec.workload: pods of the preview until the switch is due. Then it gets as many as stable has, before the traffic "
                + "moves. Default: as many as stable has from the start.", 1, CanaryScale.MostReplicas)),
        Optional("autoPromotionEnabled", Flag(
            "Whether the switch follows by itself. False: it waits for a person to promote. A change takes effect at once. Default true.")),
        Optional("autoPromotionAfter", Duration(
            "How long the preview is there before the switch follows, from when its pods are ready and prePromotionAnalysis is passed. A "
                + "change takes effect at once. Default 0s.")),
        Optional("autoPromotionSeconds", Integer("The same in seconds, as in Argo Rollouts. Give one of the two.", 0)),
        Optional("prePromotionAnalysis", analysis with
        {
            Description = "Analysis before the switch, once the preview's pods are ready. The switch waits until it is Successful.",
        }),
        Optional("postPromotionAnalysis", analysis with
        {
            Description =
                "Analysis after the switch, while the old version still has all its pods. If it fails, all traffic returns to them at "
                    + "once.",
        }),
        Optional("scaleDownDelay", Duration(
            "How long after the switch the old version keeps its pods at least, so that an abort, an alert or a failed analysis returns "
                + $"all traffic at once. 0s to {Longest}. A change takes effect at once. Default 30s.")),
        Optional("abortScaleDownDelay", Duration(
            $"With spec.workload: how long the preview keeps its pods after it was rolled back. 0s to {Longest}; less than 5s counts "
                + "as 5s. Default 30s.")),
        Optional("capacity", capacity),
        Optional("unreadyLimit", unreadyLimit));
}
