using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Leading;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Api;

/// <summary>Competes for a Lease (coordination.k8s.io/v1) and holds it. At most one process leads; each leadership has a term of its own.</summary>
/// <remarks>
/// Clocks of two machines are never compared: another's lease has run out when its record has not changed for its duration as measured here.
/// A term is <c>spec.leaseTransitions</c>. It rises with every leadership, also when the same process leads again.
/// </remarks>
public sealed class LeaseElection
{
    private readonly ApiClient _client;
    private readonly LeaseElectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ObjectName _name;
    private readonly WriteOptions _write = new("canary", IsRepeatable: true);
    private readonly Lock _gate = new();
    private Leadership? _held;
    private LeaseRecord? _seen;
    private long _seenAt;
    private LeaseRecord? _tried;
    private long _triedAt;
    private string? _lastProblem;

    /// <exception cref="ArgumentException">The times do not leave room for each other.</exception>
    public LeaseElection(ApiClient client, LeaseElectionOptions options, TimeProvider time, ILogger log)
    {
        if (options.LeaseDuration <= options.RenewDeadline || options.RenewDeadline <= options.RetryPeriod * 1.2 || options.LeaseDuration.TotalSeconds < 1)
            throw new ArgumentException($"lease {options.LeaseDuration}, renewal {options.RenewDeadline}, retry {options.RetryPeriod}: each must be longer than the next, the lease at least 1 s", nameof(options));
        _client = client;
        _options = options;
        _time = time;
        _log = log;
        _name = new ObjectName(options.Namespace, options.Name);
    }

    /// <summary>We lead from now on, in this term.</summary>
    public event Action<long>? Started;

    /// <summary>We lead no more. Told once for each <see cref="Started"/>.</summary>
    public event Action? Lost;

    /// <summary>Whether we lead, as far as can be known without asking: false as soon as the last renewal is too old, also after this process slept.</summary>
    public bool IsLeading => Term is not null;

    /// <summary>The term in which we lead; null when we do not.</summary>
    public long? Term => Volatile.Read(ref _held) is { } held && _time.GetElapsedTime(held.RenewedAt) < _options.RenewDeadline ? held.Term : null;

    /// <summary>Who holds the Lease, as seen last.</summary>
    public string? Holder => Volatile.Read(ref _seen)?.Holder;

    /// <summary>Competes and leads until cancelled; gives the Lease up then.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                if (Volatile.Read(ref _held) is { } held) await RenewAsync(held, cancel);
                else await CompeteAsync(cancel);

                // Up to a fifth longer, by lot: those who compete shall not meet for ever.
                var pause = _options.RetryPeriod * (Volatile.Read(ref _held) is null ? 1 + (0.2 * Random.Shared.NextDouble()) : 1);
                await Task.Delay(pause, _time, cancel);
            }
        }
        finally
        {
            await StopAsync();
        }
    }

    /// <summary>Reads the Lease live: whether it is still ours in the term in which we lead. If not, <see cref="Lost"/> is told.</summary>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public async Task<bool> IsStillOursAsync(CancellationToken cancel)
    {
        if (Term is null || Volatile.Read(ref _held) is not { } held) return false;
        var lease = await _client.FindAsync(KnownKinds.Leases, _name, cancel);
        if (lease is not null && IsOurs(LeaseRecord.Of(lease), held.Term)) return true;
        Lose(held, lease is null ? "the Lease is gone" : $"held by {LeaseRecord.Of(lease).Holder}");
        return false;
    }

    private async Task CompeteAsync(CancellationToken cancel)
    {
        try
        {
            var started = _time.GetTimestamp();
            var lease = await _client.FindAsync(KnownKinds.Leases, _name, cancel);
            if (lease is null)
            {
                await TakeAsync(NewLease(), LeaseRecord.FirstTerm(_time.GetUtcNow()), cancel);
                return;
            }

            var record = LeaseRecord.Of(lease);
            if (_tried is { } tried && record.Holder == tried.Holder && record.Transitions == tried.Transitions && record.Acquired == tried.Acquired)
            {
                // An attempt of ours whose answer was lost had been carried out.
                Lead(lease, record, _triedAt);
            }
            else if (IsFree(record, started))
            {
                await TakeAsync(lease, record.Transitions + 1, cancel);
            }
        }
        catch (ApiException problem) when (problem.IsConflict || problem.IsAlreadyExists)
        {
            // Another was quicker; the next look shows who.
        }
        catch (ApiException problem)
        {
            SayOnce(problem);
        }
    }

    private bool IsFree(LeaseRecord record, long now)
    {
        if (record != _seen)
        {
            if (record.Holder.Length > 0 && record.Holder != _seen?.Holder) _log.LeaseHeld(_name, record.Holder, _options.Identity);
            _seenAt = now;
            Volatile.Write(ref _seen, record);
        }

        return record.Holder.Length == 0 || _time.GetElapsedTime(_seenAt) >= (record.Duration ?? _options.LeaseDuration);
    }

    private async Task TakeAsync(JsonObject lease, long term, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        var now = MicroTime.Micro(_time.GetUtcNow());
        var record = new LeaseRecord(_options.Identity, term, now, now, _options.LeaseDuration);
        record.WriteTo(lease);
        (_tried, _triedAt) = (record, started);
        using var limit = Limit(_options.RenewDeadline, cancel, out var either);
        using var _ = either;
        try
        {
            var taken = lease["metadata"]!["resourceVersion"] is null
                ? await _client.CreateAsync(KnownKinds.Leases, _options.Namespace, lease, _write, either.Token)
                : await _client.ReplaceAsync(KnownKinds.Leases, lease, null, _write, either.Token);
            Lead(taken, record, started);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            _log.LeaseUnreachable(_name, _options.Identity, $"no answer within {_options.RenewDeadline}");
        }
    }

    private async Task RenewAsync(Leadership held, CancellationToken cancel)
    {
        var left = _options.RenewDeadline - _time.GetElapsedTime(held.RenewedAt);
        if (left <= TimeSpan.Zero)
        {
            Lose(held, $"not renewed for {_options.RenewDeadline}");
            return;
        }

        // Half of the deadline at most: one request that hangs must not be the only one.
        using var limit = Limit(left < _options.RenewDeadline / 2 ? left : _options.RenewDeadline / 2, cancel, out var either);
        using var _ = either;
        try
        {
            await RenewOnceAsync(held, either.Token);
            _lastProblem = null;
        }
        catch (ApiException problem)
        {
            SayOnce(problem);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            _log.LeaseUnreachable(_name, _options.Identity, "no answer in time");
        }
    }

    private async Task RenewOnceAsync(Leadership held, CancellationToken cancel)
    {
        var lease = (JsonObject)held.Lease.DeepClone();
        while (true)
        {
            var started = _time.GetTimestamp();
            try
            {
                var record = LeaseRecord.Of(lease) with { Renewed = MicroTime.Micro(_time.GetUtcNow()), Duration = _options.LeaseDuration };
                record.WriteTo(lease);
                var renewed = await _client.ReplaceAsync(KnownKinds.Leases, lease, null, _write, cancel);
                Keep(held, new Leadership(held.Term, renewed, started));
                return;
            }
            catch (ApiException conflict) when (conflict.IsConflict || conflict.IsNotFound)
            {
                // Somebody changed it, or it was ourselves and the answer was lost. Only a live look tells.
                if (await _client.FindAsync(KnownKinds.Leases, _name, cancel) is not { } live)
                {
                    Lose(held, "the Lease is gone");
                    return;
                }

                if (!IsOurs(LeaseRecord.Of(live), held.Term))
                {
                    Lose(held, $"held by {LeaseRecord.Of(live).Holder}");
                    return;
                }

                lease = live;
            }
        }
    }

    private async Task StopAsync()
    {
        if (Volatile.Read(ref _held) is not { } held) return;
        Lose(held, "stopping");

        // The stop must not cut the release: others would wait for the whole lease. It has an end of its own.
        using var rest = new CancellationTokenSource(_options.RenewDeadline, _time);
        try
        {
            if (_options.BeforeRelease is { } before) await before().WaitAsync(rest.Token);
            var lease = await _client.GetAsync(KnownKinds.Leases, _name, rest.Token);
            var record = LeaseRecord.Of(lease);
            if (!IsOurs(record, held.Term)) return;
            (record with { Holder = "", Renewed = MicroTime.Micro(_time.GetUtcNow()), Duration = TimeSpan.FromSeconds(1) }).WriteTo(lease);
            await _client.ReplaceAsync(KnownKinds.Leases, lease, null, _write, rest.Token);
            _log.LeaseReleased(_name, _options.Identity);
        }
        catch (Exception problem) when (problem is ApiException or OperationCanceledException)
        {
            _log.LeaseUnreachable(_name, _options.Identity, problem.Message);
        }
    }

    private void Lead(JsonObject lease, LeaseRecord record, long renewedAt)
    {
        _tried = null;
        _lastProblem = null;
        Volatile.Write(ref _seen, record);
        Volatile.Write(ref _held, new Leadership(record.Transitions, lease, renewedAt));
        _log.LeaseTaken(_name, _options.Identity, record.Transitions);
        Started?.Invoke(record.Transitions);
    }

    private void Keep(Leadership former, Leadership next)
    {
        // Not when a live look found meanwhile that it is no more ours.
        lock (_gate)
        {
            if (_held == former) Volatile.Write(ref _held, next);
        }
    }

    private void Lose(Leadership held, string reason)
    {
        lock (_gate)
        {
            if (_held?.Term != held.Term) return;
            Volatile.Write(ref _held, null);
        }

        _log.LeaseLost(_name, _options.Identity, reason);
        Lost?.Invoke();
    }

    private bool IsOurs(LeaseRecord record, long term) => record.Holder == _options.Identity && record.Transitions == term;

    private JsonObject NewLease() => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject { ["name"] = _options.Name, ["namespace"] = _options.Namespace },
    };

    private CancellationTokenSource Limit(TimeSpan most, CancellationToken cancel, out CancellationTokenSource either)
    {
        var limit = new CancellationTokenSource(most, _time);
        either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        return limit;
    }

    private void SayOnce(ApiException problem)
    {
        if (_lastProblem != problem.Message) _log.LeaseUnreachable(_name, _options.Identity, problem.Message);
        _lastProblem = problem.Message;
    }
}
