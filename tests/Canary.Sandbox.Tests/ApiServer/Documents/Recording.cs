using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Sandbox.ApiServer.Documents;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.ApiServer.Documents;

/// <summary>What a real API server answered, request by request. The folder is not part of the repository; without it the tests are skipped.</summary>
internal static class Recording
{
    /// <summary>The folder beside the repository with what other programs said and use.</summary>
    public static string Shared => Environment.GetEnvironmentVariable("CANARY_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared");

    private static string Folder => Path.Combine(Shared, "apiserver");

    /// <summary>The lines of one file that are requests; an empty list where the folder is missing, and the test that asks is skipped.</summary>
    public static IReadOnlyList<RecordedLine> Lines(string file)
    {
        var path = Path.Combine(Folder, file);
        if (!File.Exists(path))
            Assert.Ignore($"no recording of a real API server at {path}: set CANARY_SHARED to the folder that has one");
        return [.. File.ReadLines(path).Select(line => new RecordedLine((JsonObject)JsonNode.Parse(line)!)).Where(line => line.IsRequest)];
    }

    /// <summary>The definition of rollouts.canary.delivery that the recordings were made with.</summary>
    public static JsonObject Definition() =>
        (JsonObject)Lines("01-discovery.jsonl").Single(line => line.Step.StartsWith("create the CRD", StringComparison.Ordinal)).RequestBody!;

    public static ObjectSchema Rollout() => SchemaOf(Definition());

    public static ObjectSchema SchemaOf(JsonObject definition)
    {
        var version = definition.At("spec", "versions")![0]!;
        return ObjectSchema.FromCustomResource((JsonObject)version.At("schema", "openAPIV3Schema")!, version.Member("subresources") as JsonObject);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Canary.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no Canary.sln above the tests");
    }
}
