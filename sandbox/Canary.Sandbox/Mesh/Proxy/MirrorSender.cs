using System;
using System.Collections.Frozen;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Mesh.Routing;
using Microsoft.AspNetCore.Http;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>Sends the copies of mirrored requests: nobody waits for them, and they are in no metric of the sending side, as in
/// Envoy.</summary>
internal sealed class MirrorSender(PodConnections pods, SeededDice dice)
{
    private const int InFlightAtMost = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private int _inFlight;

    public async Task SendAsync(HttpContext http, MeshRoute route, MeshRequest request, RoutingTable table, RequestBody body)
    {
        if (!body.CanBeSentAgain) return;
        foreach (var mirror in route.Mirrors)
        {
            if (!dice.Hits(mirror.Share)) continue;
            if (table.Find(mirror.Destination, request.Port)?.Pick(dice.Roll(), FrozenSet<string>.Empty) is not { } endpoint) continue;
            var place = PodConnections.Place(endpoint.Address, request.Target);
            var copy = new HttpRequestMessage(new HttpMethod(request.Method), place) { Content = body.ToContent() };
            await new PodTransformer(request, place, Shadow(request.Authority), [route.Request])
                .TransformRequestAsync(http, copy, "", http.RequestAborted);
            _ = SendCopyAsync(copy);
        }
    }

    // The mirrored host gets a suffix, before the port where there is one.
    private static string Shadow(string authority) =>
        authority.Split(':', 2) is [var host, var port] ? $"{host}-shadow:{port}" : $"{authority}-shadow";

    private async Task SendCopyAsync(HttpRequestMessage copy)
    {
        using (copy)
        {
            try
            {
                if (Interlocked.Increment(ref _inFlight) > InFlightAtMost) return;
                using var limit = new CancellationTokenSource(Limit);
                using var answer = await pods.Invoker.SendAsync(copy, limit.Token);
                await answer.Content.LoadIntoBufferAsync(limit.Token);
            }
            catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
            {
                // A copy that gets lost is what mirroring promises: the client must not notice.
            }
            finally
            {
                Interlocked.Decrement(ref _inFlight);
            }
        }
    }
}
