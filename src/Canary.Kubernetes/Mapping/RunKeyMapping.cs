using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>The key of an analysis run, as the fields of an object.</summary>
internal static class RunKeyMapping
{
    /// <summary>More than any revision is tried.</summary>
    public const int MostAttempts = 1_000_000;

    /// <summary>Longest revision, in characters.</summary>
    public const int LongestRevision = 63;

    public static RunKey Read(FieldReader reader) => new(
        reader.RequiredText("revision", "the canary revision is needed") is { Length: <= LongestRevision } revision ? revision : "",
        reader.Int("attempt", 1, MostAttempts) ?? 1,
        reader.Int("step", 0),
        reader.Name<AnalysisPlacement>("edge"));

    public static JsonObject Write(RunKey key) =>
        new JsonObject { ["revision"] = key.Revision, ["attempt"] = key.Attempt }.Put("step", key.Step)
        .Put("edge", key.Edge is { } edge ? FieldReader.Camel(edge.ToString()) : null);
}
