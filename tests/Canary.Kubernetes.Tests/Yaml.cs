using System.Text.Json.Nodes;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Tests;

internal static class Yaml
{
    /// <summary>The one document of a text.</summary>
    public static JsonObject Object(string text) => (JsonObject)YamlDocument.Parse(text)[0].Root!;
}
