using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Kinds;

internal sealed class PodHandling : KindHandling
{
    public override bool AnswersDeletionWithObject => true;

    public override bool KeepsMetadataOnStatus => true;

    public override JsonObject? InitialStatus(JsonObject obj) => new() { ["phase"] = "Pending", ["qosClass"] = QualityOf(obj) };

    private static string QualityOf(JsonObject pod)
    {
        var resources = (pod.Child("spec")?.Children("containers") ?? []).Select(c => c.Child("resources") ?? []).ToList();
        if (resources.All(r => (r.Child("requests")?.Count ?? 0) == 0 && (r.Child("limits")?.Count ?? 0) == 0))
            return "BestEffort";

        var isGuaranteed = resources.All(r => new[] { "cpu", "memory" }.All(name =>
            r.Child("limits")?[name] is { } limit
            && (r.Child("requests")?[name] is not { } request || JsonNode.DeepEquals(request, limit))));
        return isGuaranteed ? "Guaranteed" : "Burstable";
    }
}
