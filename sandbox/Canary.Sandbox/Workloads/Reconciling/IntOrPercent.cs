using System;
using System.Globalization;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>A number of pods, or a share of them such as <c>25%</c>.</summary>
internal static class IntOrPercent
{
    public static int Resolve(JsonNode? value, int total, Func<double, double> round)
    {
        if (value is JsonValue scalar && scalar.TryGetValue<string>(out var text))
            return (int)round(double.Parse(text.TrimEnd('%'), CultureInfo.InvariantCulture) * total / 100);
        return value.NumberAt() ?? 0;
    }
}
