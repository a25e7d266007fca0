using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using k8s.LeaderElection;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.LeaderElection;

/// <summary>Competes for a Lease (coordination.k8s.io/v1) and holds it. At most one process leads; each leadership has a term of its
/// own.</summary>
/// <remarks>
/// The library's <see cref="LeaderElector"/> is the loop, <see cref="FencedLease"/> what makes it safe.
/// A term is <c>spec.leaseTransitions</c>. It rises with every leadership, also when the same process leads again.
/// </remarks>
public sealed class LeaseElection
{
    private readonly LeaseElectionOptions _options;
    private readonly FencedLease _lease;

    /// <exception cref="ArgumentException">The times do not leave room for each other.</exception>
    public LeaseElection(ApiClient client, LeaseElectionOptions options, TimeProvider time, ILogger log)
    {
        if (options.LeaseDuration <= options.RenewDeadline || options.RenewDeadline <= options.RetryPeriod * 1.2
            || options.LeaseDuration.TotalSeconds < 1)
        {
            throw new ArgumentException(
                $"lease {options.LeaseDuration}, renewal {options.RenewDeadline}, retry {options.RetryPeriod}: each must be longer than "
                    + "the next, the lease at least 1 s",
                nameof(options));
        }

        _options = options;
        _lease = new FencedLease(client, options, time, log);
        _lease.Started += term => Started?.Invoke(term);
        _lease.Lost += () => Lost?.Invoke();
    }

    /// <summary>We lead from now on, in this term. To be quick, as <see cref="Lost"/> is: the election waits.</summary>
    public event Action<long>? Started;

    /// <summary>We lead no more. Told once for each <see cref="Started"/>.</summary>
    public event Action? Lost;

    /// <summary>Whether we lead, as far as can be known without asking: false as soon as the last renewal is too old, also after this
    /// process slept.</summary>
    public bool IsLeading => Term is not null;

    /// <summary>The term in which we lead; null when we do not.</summary>
    public long? Term => _lease.Current?.Term;

    /// <summary>Who holds the Lease, as seen last.</summary>
    public string? Holder => _lease.Holder;

    /// <summary>Why nobody here knows who leads; null: the Lease was read or written within its duration. The first look must succeed
    /// before that counts.</summary>
    public string? Problem => _lease.Problem;

    /// <summary>Time since the API server last let us read or write the Lease.</summary>
    public TimeSpan Unanswered => _lease.Unanswered;

    /// <summary>Time since the loop of <see cref="RunAsync"/> last began a step. A step may take minutes where nobody answers, and never
    /// longer.</summary>
    public TimeSpan SinceLastStep => _lease.SinceLastStep;

    /// <summary>Steps that have begun.</summary>
    internal int Steps => _lease.Steps;

    /// <summary>
    /// Gives up the Lease of this term, so that another process can take it. This one does not compete for one lease duration after that.
    /// Nothing happens where we do not lead in this term.
    /// </summary>
    public void Resign(long term, string reason) => _lease.Resign(term, reason);

    /// <summary>Competes and leads until cancelled; gives the Lease up then.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                await ElectAsync(cancel);
                if (!cancel.IsCancellationRequested) await _lease.EndAsync(isStopping: false);
            }
        }
        finally
        {
            await _lease.EndAsync(isStopping: true);
        }
    }

    /// <summary>Reads the Lease live: whether it is still ours, in the term in which we lead. If not, we lead no more.</summary>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public Task<bool> IsStillOursAsync(CancellationToken cancel) => _lease.IsStillOursAsync(cancel);

    /// <summary>Competes, and leads once.</summary>
    private async Task ElectAsync(CancellationToken cancel)
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var elector = new LeaderElector(new LeaderElectionConfig(_lease)
        {
            LeaseDuration = _options.LeaseDuration,
            RenewDeadline = _options.RenewDeadline,
            RetryPeriod = _options.RetryPeriod,
        });
        var running = elector.RunUntilLeadershipLostAsync(run.Token);
        await Task.WhenAny(running, _lease.EndAsked);

        // A try that the elector gave up goes on beside the next one otherwise, for as long as it does not succeed.
        await run.CancelAsync();
        try
        {
            await running;
        }
        catch (Exception end) when (end is OperationCanceledException or LeadershipEndedException)
        {
            // Its ways to end.
        }
    }
}

/// <summary>One leadership: its term, the Lease as written last, and when that was.</summary>
internal sealed record Leadership(long Term, V1Lease Lease, long RenewedAt);

/// <summary>Tells the library's elector that the leadership is over: anything else it would try again.</summary>
internal sealed class LeadershipEndedException(string reason) : Exception(reason);
