using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Defaults of a HorizontalPodAutoscaler in autoscaling/v2.</summary>
internal static class AutoscalerDefaults
{
    public static void Fill(JsonObject obj)
    {
        // autoscaling/v1 has neither metrics nor behavior: it is told apart by its version.
        if (obj.Member("spec") is not JsonObject spec || obj.Member("apiVersion").Text() == "autoscaling/v1")
            return;
        if (spec.Member("metrics") is not JsonArray { Count: > 0 })
            spec["metrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject
                {
                    ["name"] = "cpu",
                    ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = 80 },
                },
            });
        if (spec.Member("behavior") is not JsonObject behavior)
            return;
        KindDefaults.Missing(behavior, "scaleUp", new JsonObject());
        KindDefaults.Missing(behavior, "scaleDown", new JsonObject());
        if (behavior["scaleUp"] is JsonObject up)
        {
            KindDefaults.Missing(up, "stabilizationWindowSeconds", 0);
            KindDefaults.Missing(up, "selectPolicy", "Max");
            KindDefaults.Missing(up, "policies", new JsonArray(Policy("Pods", 4), Policy("Percent", 100)));
        }

        if (behavior["scaleDown"] is JsonObject down)
        {
            KindDefaults.Missing(down, "selectPolicy", "Max");
            KindDefaults.Missing(down, "policies", new JsonArray(Policy("Percent", 100)));
        }
    }

    private static JsonObject Policy(string type, int value) => new() { ["type"] = type, ["value"] = value, ["periodSeconds"] = 15 };
}
