using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>An answer that the proxy gives by itself.</summary>
internal sealed record DirectAnswer(int Status, string Body)
{
    public static DirectAnswer? Read(JsonNode? answer) =>
        answer is null ? null : new(answer.NumberAt("status") ?? 200, answer.TextAt("body", "string") ?? "");
}
