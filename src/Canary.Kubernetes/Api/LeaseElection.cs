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
    private readonly LeaseWatcher _watcher;

    // A PUT with a resourceVersion: the second one conflicts if the first was carried out, and a look tells that it was ours.
    private readonly WriteOptions _write = new("canary", IsRepeatable: true);

    private Leadership? _held;
    private TaskCompletionSource<Leadership> _denial = NewDenial();
    private (LeaseRecord Record, long At)? _tried;
    private (long Term, string Reason)? _resignation;
    private long? _restsSince;
    private volatile string? _lastProblem;
    private long _answeredAt;
    private long _steppedAt;
    private volatile bool _wasAnswered;

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
        _watcher = new LeaseWatcher(time);
        _answeredAt = _steppedAt = time.GetTimestamp();
    }

    /// <summary>We lead from now on, in this term. Told by the loop of <see cref="RunAsync"/>, as <see cref="Lost"/> is.</summary>
    public event Action<long>? Started;

    /// <summary>We lead no more. Told once for each <see cref="Started"/>.</summary>
    public event Action? Lost;

    /// <summary>Whether we lead, as far as can be known without asking: false as soon as the last renewal is too old, also after this process slept.</summary>
    public bool IsLeading => Term is not null;

    /// <summary>The term in which we lead; null when we do not.</summary>
    public long? Term => Current?.Term;

    /// <summary>Who holds the Lease, as seen last.</summary>
    public string? Holder => IsLeading ? _options.Identity : _watcher.Holder;

    /// <summary>Why nobody here knows who leads; null: the Lease was read or written within its duration. The first look must succeed before that counts.</summary>
    public string? Problem => _wasAnswered && Unanswered < _options.LeaseDuration ? null
        : $"Lease {_name}: {_lastProblem ?? (_wasAnswered ? $"no answer for {_options.LeaseDuration.TotalSeconds} s" : "not read yet")}";

    /// <summary>Time since the API server last let us read or write the Lease.</summary>
    public TimeSpan Unanswered => _time.GetElapsedTime(Volatile.Read(ref _answeredAt));

    /// <summary>Time since the loop of <see cref="RunAsync"/> last began a step. A step may take minutes where nobody answers, and never longer.</summary>
    public TimeSpan SinceLastStep => _time.GetElapsedTime(Volatile.Read(ref _steppedAt));

    /// <summary>
    /// Gives up the Lease of this term at the next step, so that another process can take it. This one does not compete for one lease duration after that. Nothing happens where we do not lead in this term.
    /// </summary>
    public void Resign(long term, string reason)
    {
        lock (_watcher) _resignation = (term, reason);
    }

    private Leadership? Current => Volatile.Read(ref _held) is { } held && !IsDenied(held) && _time.GetElapsedTime(held.RenewedAt) < _options.RenewDeadline
        ? held
        : null;

    /// <summary>Competes and leads until cancelled; gives the Lease up then.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                Volatile.Write(ref _steppedAt, _time.GetTimestamp());
                if (_held is { } resigned && TakeResignation(resigned.Term) is { } reason)
                {
                    _restsSince = _time.GetTimestamp();
                    await ReleaseAsync(resigned, reason);
                }
                else if (_held is { } held) await RenewAsync(held, cancel);
                else await CompeteAsync(cancel);

                // A denial of a leadership that is over already must not wake this loop for ever.
                if (_denial.Task.IsCompleted && (_held is null || !IsDenied(_held))) Volatile.Write(ref _denial, NewDenial());

                // Up to a fifth longer, by lot: those who compete shall not meet for ever.
                var pause = _held is null ? _options.RetryPeriod * (1 + (0.2 * Random.Shared.NextDouble())) : _options.RetryPeriod;
                await Task.WhenAny(Task.Delay(pause, _time, cancel), _denial.Task);
            }
        }
        finally
        {
            await StopAsync();
        }
    }

    /// <summary>Reads the Lease live: whether it is still ours, in the term in which we lead. If not, we lead no more.</summary>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public async Task<bool> IsStillOursAsync(CancellationToken cancel)
    {
        if (Current is not { } held) return false;
        var lease = await _client.FindAsync(KnownKinds.Leases, _name, cancel);
        if (lease is not null && IsOurs(LeaseRecord.Of(lease), held.Term)) return true;
        Volatile.Read(ref _denial).TrySetResult(held);
        return false;
    }

    private async Task CompeteAsync(CancellationToken cancel)
    {
        try
        {
            var lease = await _client.FindAsync(KnownKinds.Leases, _name, cancel);
            var mayLead = MayLead();
            if (lease is null)
            {
                if (mayLead) await TakeAsync(NewLease(), LeaseRecord.FirstTerm(_time.GetUtcNow()), cancel);
                else Answered();
                return;
            }

            var record = LeaseRecord.Of(lease);
            if (_tried is { } tried && record == tried.Record)
            {
                // An attempt of ours whose answer was lost had been carried out.
                Lead(lease, record, tried.At);
                return;
            }

            if (_watcher.See(record) && record.Holder.Length > 0) _log.LeaseHeld(_name, record.Holder, _options.Identity);
            if (mayLead && _watcher.IsFree(_options.LeaseDuration))
            {
                var term = record.NextTerm(_time.GetUtcNow(), out var isAgain);
                if (isAgain) _log.LeaseTermsEnd(_name, record.Transitions, term);
                await TakeAsync(lease, term, cancel);
            }
            else
            {
                Answered();
            }
        }
        catch (ApiException problem) when (problem.IsConflict || problem.IsAlreadyExists)
        {
            // Another was quicker; the next look shows who.
            Answered();
        }
        catch (ApiException problem)
        {
            SayOnce(problem.Message);
        }
    }

    private async Task TakeAsync(JsonObject lease, long term, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        var now = MicroTime.Micro(_time.GetUtcNow());
        var record = new LeaseRecord(_options.Identity, term, now, now, _options.LeaseDuration);
        record.WriteTo(lease);
        _tried = (record, started);
        using var limit = new CancellationTokenSource(_options.RenewDeadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var taken = Documents.ResourceVersion(lease).Length == 0
                ? await _client.CreateAsync(KnownKinds.Leases, _options.Namespace, lease, _write, either.Token)
                : await _client.ReplaceAsync(KnownKinds.Leases, lease, null, _write, either.Token);
            Lead(taken, record, started);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            SayOnce($"no answer within {_options.RenewDeadline}");
        }
    }

    private async Task RenewAsync(Leadership held, CancellationToken cancel)
    {
        var left = _options.RenewDeadline - _time.GetElapsedTime(held.RenewedAt);
        if (IsDenied(held) || left <= TimeSpan.Zero)
        {
            Lose(IsDenied(held) ? "the Lease says so" : $"not renewed for {_options.RenewDeadline}");
            return;
        }

        // Half of the deadline at most: one request that hangs must not be the only one.
        using var limit = new CancellationTokenSource(left < _options.RenewDeadline / 2 ? left : _options.RenewDeadline / 2, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await RenewOnceAsync(held, either.Token);
            Answered();
        }
        catch (ApiException problem)
        {
            SayOnce(problem.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            SayOnce("no answer in time");
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
                Volatile.Write(ref _held, new Leadership(held.Term, renewed, started));
                return;
            }
            catch (ApiException conflict) when (conflict.IsConflict || conflict.IsNotFound)
            {
                // Somebody changed it, or it was ourselves and the answer was lost. Only a live look tells.
                var live = await _client.FindAsync(KnownKinds.Leases, _name, cancel);
                if (live is null || !IsOurs(LeaseRecord.Of(live), held.Term))
                {
                    Lose(live is null ? "the Lease is gone" : $"held by {LeaseRecord.Of(live).Holder}");
                    return;
                }

                lease = live;
            }
        }
    }

    private async Task StopAsync()
    {
        if (_held is { } held) await ReleaseAsync(held, "stopping");
    }

    private async Task ReleaseAsync(Leadership held, string reason)
    {
        Lose(reason);

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
        Answered();
        _watcher.See(record);
        Volatile.Write(ref _denial, NewDenial());
        Volatile.Write(ref _held, new Leadership(record.Transitions, lease, renewedAt));
        _log.LeaseTaken(_name, _options.Identity, record.Transitions);
        Started?.Invoke(record.Transitions);
    }

    private void Lose(string reason)
    {
        Volatile.Write(ref _held, null);
        Volatile.Write(ref _denial, NewDenial());
        _log.LeaseLost(_name, _options.Identity, reason);
        Lost?.Invoke();
    }

    /// <summary>Whether a live look found that this leadership is over.</summary>
    private bool IsDenied(Leadership held) => Volatile.Read(ref _denial).Task is { IsCompletedSuccessfully: true } denied && denied.Result.Term == held.Term;

    private bool IsOurs(LeaseRecord record, long term) => record.Holder == _options.Identity && record.Transitions == term;

    private JsonObject NewLease() => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject { ["name"] = _options.Name, ["namespace"] = _options.Namespace },
    };

    private static TaskCompletionSource<Leadership> NewDenial() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Answered()
    {
        Volatile.Write(ref _answeredAt, _time.GetTimestamp());
        _wasAnswered = true;
        _lastProblem = null;
    }

    private bool MayLead() => (_restsSince is not { } since || _time.GetElapsedTime(since) >= _options.LeaseDuration) && _options.Unfit?.Invoke() is null;

    private string? TakeResignation(long term)
    {
        lock (_watcher)
        {
            var asked = _resignation;
            _resignation = null;
            return asked is { } one && one.Term == term ? one.Reason : null;
        }
    }

    private void SayOnce(string problem)
    {
        if (_lastProblem != problem) _log.LeaseUnreachable(_name, _options.Identity, problem);
        _lastProblem = problem;
    }
}
