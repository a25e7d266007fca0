using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Mesh.Routing;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>Sends a request to a pod of a cluster, and again where the route's policy says so.</summary>
internal sealed class UpstreamCall(HttpMessageInvoker invoker, SeededDice dice, Func<UpstreamCluster?> findCluster, RouteRetries retries)
{
    // Envoy's own base interval; it grows with each attempt and is drawn at random below that.
    private static readonly TimeSpan BackOff = TimeSpan.FromMilliseconds(25);

    /// <param name="build">Makes the request for the address of a pod; called once an attempt.</param>
    /// <param name="canBeSentAgain">False when the body is gone after one attempt.</param>
    /// <param name="timeout">Limit of all attempts together.</param>
    /// <param name="cancel">Says that nobody waits for the answer.</param>
    public async Task<Attempt> SendAsync(Func<string, HttpRequestMessage> build, bool canBeSentAgain, TimeSpan? timeout,
        CancellationToken cancel)
    {
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (timeout is { } limit) whole.CancelAfter(limit);
        var tried = new HashSet<string>();
        for (var left = canBeSentAgain ? retries.Attempts : 0; ; left--)
        {
            var attempt = await TryOnceAsync(build, tried, whole.Token, cancel);
            if (!IsWorthAnother(attempt) || whole.IsCancellationRequested) return attempt;
            if (left == 0)
                return tried.Count > 0 && retries.Attempts > 0 && attempt is Attempt.Failed failed
                    ? failed with { Answer = failed.Answer.With("URX") } : attempt;
            if (attempt is Attempt.Answered answered) answered.Response.Dispose();
            try
            {
                await Task.Delay(BackOff * dice.Roll() * (retries.Attempts - left + 1), whole.Token);
            }
            catch (OperationCanceledException)
            {
                return cancel.IsCancellationRequested ? new Attempt.Abandoned(null) : new Attempt.Failed(ProxyAnswer.TimedOut, null);
            }
        }
    }

    private async Task<Attempt> TryOnceAsync(Func<string, HttpRequestMessage> build, HashSet<string> tried, CancellationToken whole,
        CancellationToken cancel)
    {
        // Looked up for each attempt, as the pods of a cluster may change between two.
        if (findCluster() is not { } cluster) return new Attempt.Failed(ProxyAnswer.NoCluster, null);
        if (cluster.Pick(dice.Roll(), tried) is not { } endpoint) return new Attempt.Failed(ProxyAnswer.NoHealthyUpstream, null);
        tried.Add(endpoint.Address);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(whole);
        if (retries.PerTry is { } perTry) limit.CancelAfter(perTry);
        using var request = build(endpoint.Address);
        try
        {
            return new Attempt.Answered(await invoker.SendAsync(request, limit.Token), endpoint);
        }
        catch (OperationCanceledException)
        {
            return cancel.IsCancellationRequested ? new Attempt.Abandoned(endpoint) : new Attempt.Failed(ProxyAnswer.TimedOut, endpoint);
        }
        catch (HttpRequestException problem)
        {
            var answer = problem.HttpRequestError == HttpRequestError.ConnectionError ? ProxyAnswer.ConnectFailed : ProxyAnswer.Reset;
            return new Attempt.Failed(answer, endpoint);
        }
    }

    private bool IsWorthAnother(Attempt attempt) => attempt switch
    {
        Attempt.Answered answered => retries.CoversStatus((int)answered.Response.StatusCode),
        Attempt.Failed failed when failed.Answer == ProxyAnswer.ConnectFailed => retries.CoversConnectFailure,
        Attempt.Failed failed when failed.Answer == ProxyAnswer.Reset => retries.CoversReset,
        Attempt.Failed failed when failed.Answer == ProxyAnswer.TimedOut => retries.CoversTimeout,
        _ => false,
    };
}
