using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Tests.Replay;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>What a real API server answered, request by request.</summary>
internal static class Recording
{
    /// <summary>The lines of one file that are requests.</summary>
    public static IReadOnlyList<RecordedLine> Lines(string file) =>
        [.. File.ReadLines(Path.Combine(RecordingFiles.Folder, file)).Select(line => new RecordedLine((JsonObject)JsonNode.Parse(line)!))
            .Where(line => line.IsRequest)];

    /// <summary>The definition of rollouts.canary.delivery that the recordings were made with.</summary>
    public static JsonObject Definition() =>
        (JsonObject)Lines("01-discovery.jsonl")
        .Single(line => line.Step.StartsWith("create the CRD", StringComparison.Ordinal)).RequestBody!;

    public static ObjectSchema Rollout() => SchemaOf(Definition());

    public static ObjectSchema SchemaOf(JsonObject definition)
    {
        var version = definition.At("spec", "versions")![0]!;
        return ObjectSchema.FromCustomResource((JsonObject)version.At("schema", "openAPIV3Schema")!,
            version.Member("subresources") as JsonObject);
    }
}
