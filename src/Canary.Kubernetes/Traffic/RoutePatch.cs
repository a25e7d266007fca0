using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Traffic;

/// <summary>What is to be written into a routed object.</summary>
/// <param name="Operations">A JSON Patch, which tests what was read; empty: nothing is to be written.</param>
/// <param name="Problem">What cannot be written besides; null: nothing. It keeps the rest from nothing: this may be an abort.</param>
internal sealed record RoutePatch(JsonArray Operations, string? Problem = null);
