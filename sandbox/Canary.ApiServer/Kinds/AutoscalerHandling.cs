using System.Text.Json.Nodes;

namespace Canary.ApiServer.Kinds;

internal sealed class AutoscalerHandling : KindHandling
{
    public override bool KeepsMetadataOnStatus => true;

    public override JsonObject? InitialStatus(JsonObject obj) => new() { ["desiredReplicas"] = 0, ["currentMetrics"] = null };
}
