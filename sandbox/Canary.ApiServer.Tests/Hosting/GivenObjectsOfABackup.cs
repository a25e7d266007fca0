using System;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Hosting;

public sealed class GivenObjectsOfABackup
{
    [Test]
    [CancelAfter(60_000)]
    public async Task WhenTheyAreRestored_ThenTheyAreServedAsTheyWere(CancellationToken cancel)
    {
        await using var host = await ApiServerHost.StartAsync(new ApiServerOptions(), cancel);
        using var http = new HttpClient { BaseAddress = host.Address };
        var saved = JsonNode.Parse("""
            { "apiVersion": "v1", "kind": "ConfigMap",
              "metadata": { "name": "settings", "namespace": "default", "uid": "0000", "resourceVersion": "7" }, "data": { "a": "1" } }
            """)!.AsObject();

        host.Restore([saved.DeepClone().AsObject()]);

        var found = await http.GetFromJsonAsync<JsonObject>("/api/v1/namespaces/default/configmaps/settings", cancel);
        Assert.That((string?)found!["metadata"]!["resourceVersion"], Is.Not.EqualTo("7"));
        found["metadata"]!["resourceVersion"] = "7";
        Assert.That(JsonNode.DeepEquals(found, saved), found.ToJsonString());
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task WhenOneIsOfAKindThatIsNotServed_ThenThatIsSaid(CancellationToken cancel)
    {
        await using var host = await ApiServerHost.StartAsync(new ApiServerOptions(), cancel);

        Assert.That(() => host.Restore([new JsonObject { ["apiVersion"] = "example.com/v1", ["kind"] = "Widget" }]),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("Widget"));
    }
}
