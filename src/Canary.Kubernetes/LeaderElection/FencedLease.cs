using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Diagnostics;
using k8s;
using k8s.LeaderElection;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.LeaderElection;

/// <summary>A Lease for <see cref="LeaderElector"/>: the elector says when to try, this decides what a try may do.</summary>
/// <remarks>
/// What the elector does not do, and a writer of routes needs: every leadership has a term of its own, also that of the same process, and
/// also after the Lease was deleted. Another's Lease is taken only when its record has not changed for its duration by our monotonic clock;
/// clocks of two machines are never compared. A request that fails is a failed try, and neither the end of a leadership nor that of a
/// standby. A leadership ends by our clock as soon as its last renewal is too old, also after this process slept. A try that the elector
/// has given up decides nothing any more.
/// </remarks>
internal sealed class FencedLease : ILock
{
    /// <summary>Lets the elector go on to its write, where what was looked at decides.</summary>
    private static readonly LeaderElectionRecord Nobody =
        new() { HolderIdentity = "", AcquireTime = DateTime.UnixEpoch, RenewTime = DateTime.UnixEpoch };

    private readonly ApiClient _client;
    private readonly LeaseElectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ObjectName _name;
    private readonly LeaseWatcher _watcher;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _step = new(1);

    private Leadership? _held;
    private (long Term, string Reason, bool IsResigned)? _end;
    private TaskCompletionSource _endAsked = NewEnd();
    private (LeaseRecord Record, long At)? _tried;
    private V1Lease? _seen;
    private bool _mayTake;
    private long? _restsSince;
    private volatile string? _lastProblem;
    private volatile bool _wasAnswered;
    private long _answeredAt;
    private long _steppedAt;
    private int _steps;

    public FencedLease(ApiClient client, LeaseElectionOptions options, TimeProvider time, ILogger log)
    {
        (_client, _options, _time, _log) = (client, options, time, log);
        _name = new ObjectName(options.Namespace, options.Name);
        _watcher = new LeaseWatcher(time);
        _answeredAt = _steppedAt = time.GetTimestamp();
    }

    /// <summary>We lead from now on, in this term.</summary>
    public event Action<long>? Started;

    /// <summary>We lead no more. Told once for each <see cref="Started"/>.</summary>
    public event Action? Lost;

    /// <inheritdoc />
    public string Identity => _options.Identity;

    /// <summary>The leadership that is ours as far as can be known without asking; null: none is.</summary>
    public Leadership? Current =>
        Volatile.Read(ref _held) is { } held && !IsDenied(held) && _time.GetElapsedTime(held.RenewedAt) < _options.RenewDeadline ? held
        : null;

    /// <summary>Who holds the Lease, as seen last.</summary>
    public string? Holder => Current is not null ? Identity : _watcher.Holder;

    /// <summary>Why nobody here knows who leads; null: the Lease was read or written within its duration. The first look must succeed
    /// before that counts.</summary>
    public string? Problem => _wasAnswered && Unanswered < _options.LeaseDuration ? null
        : $"Lease {_name}: {_lastProblem ?? (_wasAnswered ? $"no answer for {_options.LeaseDuration.TotalSeconds} s" : "not read yet")}";

    /// <summary>Time since the API server last let us read or write the Lease.</summary>
    public TimeSpan Unanswered => _time.GetElapsedTime(Volatile.Read(ref _answeredAt));

    /// <summary>Time since a step last began.</summary>
    public TimeSpan SinceLastStep => _time.GetElapsedTime(Volatile.Read(ref _steppedAt));

    /// <summary>Steps that have begun.</summary>
    public int Steps => Volatile.Read(ref _steps);

    /// <summary>Completes when the leadership has to end before the elector would notice.</summary>
    public Task EndAsked => Volatile.Read(ref _endAsked).Task;

    /// <inheritdoc />
    public string Describe() => $"Lease {_name}";

    /// <summary>What the elector decides from. Where we lead that is what we wrote: a renewal is one request.</summary>
    /// <exception cref="LeadershipEndedException">We lead no more.</exception>
    public async Task<LeaderElectionRecord?> GetAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        // The elector does not wait for a try that hangs; two at a time would decide from each other's looks.
        if (!_step.Wait(0, CancellationToken.None)) return Nobody;
        try
        {
            Volatile.Write(ref _steppedAt, _time.GetTimestamp());
            Interlocked.Increment(ref _steps);
            _mayTake = false;
            if (Volatile.Read(ref _held) is not { } held) return await LookAsync(cancel);
            ThrowIfOver(held);
            return Shown(held.Lease);
        }
        catch (ApiException problem)
        {
            SayOnce(problem.Message);
            return Nobody;
        }
        finally
        {
            _step.Release();
        }
    }

    /// <inheritdoc />
    public Task<bool> CreateAsync(LeaderElectionRecord record, CancellationToken cancel) => WriteAsync(cancel);

    /// <inheritdoc />
    public Task<bool> UpdateAsync(LeaderElectionRecord record, CancellationToken cancel) => WriteAsync(cancel);

    /// <summary>Reads the Lease live: whether it is still ours, in the term in which we lead. If not, we lead no more.</summary>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public async Task<bool> IsStillOursAsync(CancellationToken cancel)
    {
        if (Current is not { } held) return false;
        var lease = await FindAsync(cancel);
        if (lease is not null && IsOurs(LeaseRecord.Read(lease), held.Term)) return true;
        AskEnd(held.Term, "the Lease says so", isResigned: false);
        return false;
    }

    /// <summary>Gives this term up, so that another process can lead; we do not compete for one lease duration. Nothing happens where
    /// another term is led.</summary>
    public void Resign(long term, string reason) => AskEnd(term, reason, isResigned: true);

    /// <summary>What is left to do when the elector has ended: tells of the loss, and gives the Lease up where that was asked for. Nothing
    /// where we do not lead.</summary>
    public async Task EndAsync(bool isStopping)
    {
        Leadership? held;
        (long Term, string Reason, bool IsResigned)? end;
        lock (_gate)
        {
            (held, end) = (_held, _end);
            if (held is null) return;
            Volatile.Write(ref _held, null);
            _end = null;
            Volatile.Write(ref _endAsked, NewEnd());
            var reason = isStopping ? "stopping" : end is { } asked ? asked.Reason : $"not renewed for {_options.RenewDeadline}";
            _log.LeaseLost(_name, Identity, reason);
            Lost?.Invoke();
        }

        if (end?.IsResigned == true) _restsSince = _time.GetTimestamp();
        if (isStopping || end?.IsResigned == true) await ReleaseAsync(held);
    }

    private async Task<LeaderElectionRecord?> LookAsync(CancellationToken cancel)
    {
        _seen = await FindAsync(cancel);
        var mayLead = MayLead();
        if (_seen is null)
        {
            if (!mayLead) Answered();
            _mayTake = mayLead;
            return null;
        }

        var record = LeaseRecord.Read(_seen);
        if (_tried is { } tried && record == tried.Record)
        {
            // An attempt of ours whose answer was lost had been carried out.
            return Lead(_seen, record, tried.At, cancel) ? Shown(_seen) : Nobody;
        }

        if (_watcher.See(record) && record.Holder.Length > 0) _log.LeaseHeld(_name, record.Holder, Identity);
        _mayTake = mayLead && _watcher.IsFree(_options.LeaseDuration);
        if (!_mayTake) Answered();
        return Nobody;
    }

    private async Task<bool> WriteAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!_step.Wait(0, CancellationToken.None)) return false;
        try
        {
            if (Volatile.Read(ref _held) is { } held) return await RenewAsync(held, cancel);
            if (!_mayTake) return false;
            _mayTake = false;
            return await TakeAsync(cancel);
        }
        catch (ApiException problem)
        {
            SayOnce(problem.Message);
            return false;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            SayOnce("no answer in time");
            return false;
        }
        finally
        {
            _step.Release();
        }
    }

    private async Task<bool> TakeAsync(CancellationToken cancel)
    {
        var lease = _seen ?? new V1Lease
        {
            ApiVersion = "coordination.k8s.io/v1",
            Kind = "Lease",
            Metadata = new V1ObjectMeta { Name = _options.Name, NamespaceProperty = _options.Namespace },
        };
        var started = _time.GetTimestamp();
        var isAgain = false;
        var term = _seen is null ? LeaseRecord.FirstTerm(_time.GetUtcNow())
            : LeaseRecord.Read(lease).NextTerm(_time.GetUtcNow(), out isAgain);
        if (isAgain) _log.LeaseTermsEnd(_name, LeaseRecord.Read(lease).Transitions, term);
        var now = LeaseRecord.Time(_time.GetUtcNow());
        var record = new LeaseRecord(Identity, term, now, now, _options.LeaseDuration);
        record.WriteTo(lease);
        _tried = (record, started);
        using var limit = new CancellationTokenSource(_options.RenewDeadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var taken = _seen is null
                ? await _client.CallAsync(library => library.CoordinationV1.CreateNamespacedLeaseAsync(
                    lease, _options.Namespace, fieldManager: "canary", cancellationToken: either.Token))
                : await ReplaceAsync(lease, either.Token);
            return Lead(taken, record, started, cancel);
        }
        catch (ApiException problem) when (problem.IsConflict || problem.IsAlreadyExists)
        {
            // Another was quicker; the next look shows who.
            Answered();
            return false;
        }
    }

    private async Task<bool> RenewAsync(Leadership held, CancellationToken cancel)
    {
        ThrowIfOver(held);
        // Half of the deadline at most: one request that hangs must not be the only one.
        var left = _options.RenewDeadline - _time.GetElapsedTime(held.RenewedAt);
        using var limit = new CancellationTokenSource(left < _options.RenewDeadline / 2 ? left : _options.RenewDeadline / 2, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var lease = held.Lease;
        while (true)
        {
            var started = _time.GetTimestamp();
            try
            {
                var record =
                    LeaseRecord.Read(lease) with { Renewed = LeaseRecord.Time(_time.GetUtcNow()), Duration = _options.LeaseDuration };
                record.WriteTo(lease);
                var renewed = await ReplaceAsync(lease, either.Token);
                Answered();
                lock (_gate)
                {
                    // Nobody counts on a try that was given up, and it must not bring back what has ended meanwhile.
                    if (!ReferenceEquals(_held, held)) return false;
                    Volatile.Write(ref _held, new Leadership(held.Term, renewed, started));
                    return true;
                }
            }
            catch (ApiException conflict) when (conflict.IsConflict || conflict.IsNotFound)
            {
                // Somebody changed it, or it was ourselves and the answer was lost. Only a live look tells.
                var live = await FindAsync(either.Token);
                if (live is null || !IsOurs(LeaseRecord.Read(live), held.Term))
                {
                    Answered();
                    AskEnd(held.Term, live is null ? "the Lease is gone" : $"held by {LeaseRecord.Read(live).Holder}", isResigned: false);
                    ThrowIfOver(held);
                }

                lease = live!;
            }
        }
    }

    private async Task ReleaseAsync(Leadership held)
    {
        // The stop must not cut the release: others would wait for the whole lease. It has an end of its own.
        using var rest = new CancellationTokenSource(_options.RenewDeadline, _time);
        try
        {
            if (_options.BeforeRelease is { } before) await before().WaitAsync(rest.Token);
            if (await FindAsync(rest.Token) is not { } lease || !IsOurs(LeaseRecord.Read(lease), held.Term)) return;
            var record = LeaseRecord.Read(lease);
            (record with { Holder = "", Renewed = LeaseRecord.Time(_time.GetUtcNow()), Duration = TimeSpan.FromSeconds(1) }).WriteTo(lease);
            await ReplaceAsync(lease, rest.Token);
            _log.LeaseReleased(_name, Identity);
        }
        catch (Exception problem) when (problem is ApiException or OperationCanceledException)
        {
            _log.LeaseUnreachable(_name, Identity, problem.Message);
        }
    }

    /// <returns>False: the elector gave this try up. The next look finds that it was carried out.</returns>
    private bool Lead(V1Lease lease, LeaseRecord record, long renewedAt, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (cancel.IsCancellationRequested) return false;
            _tried = null;
            Answered();
            _watcher.See(record);
            Volatile.Write(ref _held, new Leadership(record.Transitions, lease, renewedAt));
            _log.LeaseTaken(_name, Identity, record.Transitions);
            Started?.Invoke(record.Transitions);
            return true;
        }
    }

    private void AskEnd(long term, string reason, bool isResigned)
    {
        lock (_gate)
        {
            if (_held?.Term != term || _end is { IsResigned: false }) return;
            _end = (term, reason, isResigned);
            _endAsked.TrySetResult();
        }
    }

    private void ThrowIfOver(Leadership held)
    {
        lock (_gate)
        {
            if (_end is { } end && end.Term == held.Term) throw new LeadershipEndedException(end.Reason);
        }

        if (_time.GetElapsedTime(held.RenewedAt) >= _options.RenewDeadline)
            throw new LeadershipEndedException($"not renewed for {_options.RenewDeadline}");
    }

    /// <summary>Whether a live look found that this leadership is over.</summary>
    private bool IsDenied(Leadership held)
    {
        lock (_gate) return _end is { IsResigned: false } end && end.Term == held.Term;
    }

    private bool IsOurs(LeaseRecord record, long term) => record.Holder == Identity && record.Transitions == term;

    private bool MayLead() =>
        (_restsSince is not { } since || _time.GetElapsedTime(since) >= _options.LeaseDuration) && _options.Unfit?.Invoke() is null;

    private async Task<V1Lease?> FindAsync(CancellationToken cancel)
    {
        try
        {
            return await _client.CallAsync(library =>
                library.CoordinationV1.ReadNamespacedLeaseAsync(_options.Name, _options.Namespace, cancellationToken: cancel));
        }
        catch (ApiException missing) when (missing.IsNotFound)
        {
            return null;
        }
    }

    // With the version that was read: where the first attempt was carried out and its answer lost, the second one is a conflict, and a look
    // tells that it was ours.
    private Task<V1Lease> ReplaceAsync(V1Lease lease, CancellationToken cancel) => _client.CallAsync(library =>
        library.CoordinationV1.ReplaceNamespacedLeaseAsync(lease, _options.Name, _options.Namespace, fieldManager: "canary",
            cancellationToken: cancel));

    private static LeaderElectionRecord Shown(V1Lease lease) => new()
    {
        HolderIdentity = lease.Spec.HolderIdentity,
        AcquireTime = lease.Spec.AcquireTime ?? DateTime.UnixEpoch,
        RenewTime = lease.Spec.RenewTime ?? DateTime.UnixEpoch,
        LeaseDurationSeconds = lease.Spec.LeaseDurationSeconds ?? 0,
        LeaderTransitions = lease.Spec.LeaseTransitions ?? 0,
    };

    private static TaskCompletionSource NewEnd() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Answered()
    {
        Volatile.Write(ref _answeredAt, _time.GetTimestamp());
        _wasAnswered = true;
        _lastProblem = null;
    }

    private void SayOnce(string problem)
    {
        if (_lastProblem != problem) _log.LeaseUnreachable(_name, Identity, problem);
        _lastProblem = problem;
    }
}
