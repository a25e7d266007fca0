using System;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Hosting;

public sealed class GivenManyObjectsAndWatches
{
    private const int Objects = 300;
    private const int Watches = 50;

    [Test]
    [CancelAfter(120_000)]
    public async Task WhenEveryObjectIsWritten_ThenEveryWatchIsToldOfAllOfThem(CancellationToken cancel)
    {
        await using var host = await ApiServerHost.StartAsync(new ApiServerOptions(), cancel);
        using var http = new HttpClient { BaseAddress = host.Address };
        using var response = await http.GetAsync("/api/v1/configmaps", cancel);
        var watches = Enumerable.Range(0, Watches).Select(_ => CountAsync(host.Address, cancel)).ToList();
        await Task.Delay(500, cancel);

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Objects; i++)
        {
            var body = $"{{\"metadata\":{{\"name\":\"c{i}\"}},\"data\":{{\"a\":\"{new string('x', 2000)}\"}}}}";
            using var created = await http.PostAsync("/api/v1/namespaces/default/configmaps",
                new StringContent(body, Encoding.UTF8, "application/json"), cancel);
            created.EnsureSuccessStatusCode();
        }

        var written = clock.Elapsed;
        var counts = await Task.WhenAll(watches);
        TestContext.Out.WriteLine(
            $"{Objects} objects written in {written.TotalSeconds:0.0} s, {Watches} watches told {counts.Sum()} events "
                + $"after {clock.Elapsed.TotalSeconds:0.0} s");

        Assert.That(counts, Is.All.EqualTo(Objects));
    }

    private static async Task<int> CountAsync(Uri address, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        using var response = await http.GetAsync("/api/v1/configmaps?watch=true", HttpCompletionOption.ResponseHeadersRead, cancel);
        using var reader = new System.IO.StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        var count = 0;
        while (count < Objects && await reader.ReadLineAsync(cancel) is not null)
            count++;
        return count;
    }
}
