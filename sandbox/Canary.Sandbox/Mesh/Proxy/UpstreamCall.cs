using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Mesh.Routing;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>Forwards a request to a pod of a cluster, and again where the route's policy says so.</summary>
/// <param name="pods">The way to the pods.</param>
/// <param name="dice">Chooses the pod and the pause before another attempt.</param>
/// <param name="findCluster">The cluster as it is now: its pods may change between two attempts.</param>
/// <param name="route">Its retries and its timeout, which limits all attempts together until the answer begins.</param>
internal sealed class UpstreamCall(PodConnections pods, SeededDice dice, Func<UpstreamCluster?> findCluster, MeshRoute route)
{
    // Envoy's own base interval; it grows with each attempt and is drawn at random below that.
    private static readonly TimeSpan BackOff = TimeSpan.FromMilliseconds(25);

    private static readonly ForwarderRequestConfig Config = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        // Envoy's: what a route allows is shorter.
        ActivityTimeout = TimeSpan.FromHours(1),
    };

    private RouteRetries Retries => route.Retries;

    /// <param name="http">The request; its answer is that of the pod where there is one.</param>
    /// <param name="body">What it carries.</param>
    /// <param name="build">Makes the changes for the address of a pod, and for the answers that pass; called once an attempt.</param>
    public async Task<Attempt> SendAsync(HttpContext http, RequestBody body, Func<string, Func<int, bool>, PodTransformer> build)
    {
        var gone = http.RequestAborted;
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(gone);
        if (route.Timeout is { } limit) whole.CancelAfter(limit);
        var tried = new HashSet<string>();
        for (var left = body.CanBeSentAgain ? Retries.Attempts : 0; ; left--)
        {
            body.PutInto(http.Request);
            var attempt = await TryOnceAsync(http, build, tried, left > 0, whole);
            if (!IsWorthAnother(attempt) || (attempt is not Attempt.Declined && whole.IsCancellationRequested)) return attempt;
            if (left == 0)
                return tried.Count > 0 && Retries.Attempts > 0 && attempt is Attempt.Failed failed
                    ? failed with { Answer = failed.Answer.With("URX") } : attempt;
            try
            {
                await Task.Delay(BackOff * dice.Roll() * (Retries.Attempts - left + 1), whole.Token);
            }
            catch (OperationCanceledException)
            {
                return gone.IsCancellationRequested ? new Attempt.Abandoned(null) : new Attempt.Failed(ProxyAnswer.TimedOut, null);
            }
        }
    }

    private async Task<Attempt> TryOnceAsync(HttpContext http, Func<string, Func<int, bool>, PodTransformer> build, HashSet<string> tried,
        bool mayTryAgain, CancellationTokenSource whole)
    {
        if (findCluster() is not { } cluster) return new Attempt.Failed(ProxyAnswer.NoCluster, null);
        if (cluster.Pick(dice.Roll(), tried) is not { } endpoint) return new Attempt.Failed(ProxyAnswer.NoHealthyUpstream, null);
        tried.Add(endpoint.Address);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(whole.Token);
        if (Retries.PerTry is { } perTry) limit.CancelAfter(perTry);
        var declined = false;
        var transformer = build(endpoint.Address, status =>
        {
            declined = mayTryAgain && Retries.CoversStatus(status);
            // The limits are those of the beginning of an answer.
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            if (!declined) whole.CancelAfter(Timeout.InfiniteTimeSpan);
            return !declined;
        });

        var error = await pods.Forwarder.SendAsync(http, $"http://{endpoint.Address}", pods.Invoker, Config, transformer, limit.Token);

        var isGone = http.RequestAborted.IsCancellationRequested;
        if (transformer.Status is { } status && !declined) return new Attempt.Answered(status, endpoint, Cut(http, error, isGone));
        // The forwarder notes the status of an answer that is not passed on, and one of its own where there is none.
        http.Response.Clear();
        if (declined) return new Attempt.Declined();
        if (isGone) return new Attempt.Abandoned(endpoint);
        if (limit.IsCancellationRequested) return new Attempt.Failed(ProxyAnswer.TimedOut, endpoint);
        return new Attempt.Failed(IsConnectFailure(http) ? ProxyAnswer.ConnectFailed : ProxyAnswer.Reset, endpoint);
    }

    // The status is out already: all that is left to tell the client is a cut connection.
    private static string? Cut(HttpContext http, ForwarderError error, bool isGone)
    {
        if (error == ForwarderError.None) return null;
        http.Abort();
        return isGone ? "DC" : "UC";
    }

    private static bool IsConnectFailure(HttpContext http)
    {
        for (var problem = http.GetForwarderErrorFeature()?.Exception; problem is not null; problem = problem.InnerException)
        {
            if (problem is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }) return true;
        }

        return false;
    }

    private bool IsWorthAnother(Attempt attempt) => attempt switch
    {
        Attempt.Declined => true,
        Attempt.Failed failed when failed.Answer == ProxyAnswer.ConnectFailed => Retries.CoversConnectFailure,
        Attempt.Failed failed when failed.Answer == ProxyAnswer.Reset => Retries.CoversReset,
        Attempt.Failed failed when failed.Answer == ProxyAnswer.TimedOut => Retries.CoversTimeout,
        _ => false,
    };
}
