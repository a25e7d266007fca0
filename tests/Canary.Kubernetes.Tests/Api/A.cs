using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>Things that tests begin with.</summary>
internal static class A
{
    /// <summary>Quick to try again, and not patient.</summary>
    public static ApiClientOptions QuickOptions { get; } = new(
        TimeSpan.FromSeconds(5), 3, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(60));

    public static ObjectName Checkout { get; } = new("shop", "checkout");

    public static WriteOptions Write { get; } = new("test");

    public static ApiClient Client(FakeApi api) => new(api.Config, TimeProvider.System, QuickOptions);

    /// <summary>The problem that a request must end with.</summary>
    public static async Task<ApiException> ProblemAsync(Func<Task> send) => (await Assert.ThrowsAsync<ApiException>(() => send()))!;

    /// <summary>A limit for what should not take long.</summary>
    public static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    public static JsonObject Pod(string name, string version, string? uid = null, string ns = "shop", string extra = "") =>
        (JsonObject)JsonNode.Parse(
        $$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}","uid":"{{{uid ?? "uid-" + name}}}","resourceVersion":"{{{version}}}" } {{{extra}}}}
        """)!;

    public static string PodList(string version, params JsonObject[] pods) =>
        new JsonObject
        {
            ["kind"] = "PodList",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = version },
            ["items"] = new JsonArray(pods)
        }
            .ToJsonString();

    public static string Event(string type, JsonObject document) =>
        new JsonObject { ["type"] = type, ["object"] = document }.ToJsonString();

    public static string Bookmark(string version) =>
        $$$$"""{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"{{{{version}}}}"}}}""";

    public static string Expired { get; } =
        """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version: 1 (9)","reason":"Expired","code":410}}""";
}
