using System.Text.Json.Nodes;

namespace Canary.Terminal;

/// <summary>The strategy of a Rollout with its steps, also where it is an A/B test or a mirror, which are steps in short.</summary>
public static class StrategySteps
{
    /// <summary><c>strategy.canary</c>, or the other one with the steps that it stands for; null: there is none.</summary>
    /// <param name="strategy"><c>spec.strategy</c>.</param>
    public static JsonNode? Find(JsonNode? strategy) =>
        strategy?["abTest"] is JsonObject test ? Find(test, "setHeaderRoute", isMirror: false)
            : strategy?["mirror"] is JsonObject mirror ? Find(mirror, "setMirrorRoute", isMirror: true) : strategy?["canary"];

    private static JsonObject Find(JsonObject test, string step, bool isMirror)
    {
        var route = new JsonObject { ["name"] = "test" };
        if (isMirror) route["percentage"] = test["percentage"]?.DeepClone() ?? 100;
        if (test["match"] is { } match) route["match"] = match.DeepClone();
        var pause = new JsonObject();
        if (test["duration"] is { } duration) pause["duration"] = duration.DeepClone();
        else if (test["iterations"] is { } iterations) pause["duration"] = $"{iterations} x {test["interval"]}";
        var found = (JsonObject)test.DeepClone();
        found["steps"] = new JsonArray(new JsonObject { [step] = route }, new JsonObject { ["pause"] = pause });
        return found;
    }
}
