using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>Requests to one service through the mesh, each at its time whether or not earlier ones were answered, and what became of
/// each.</summary>
internal sealed class RequestLoad : IAsyncDisposable
{
    private const int MostProblems = 10;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = Timeout };
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _exchanges = [];
    private readonly Dictionary<string, int> _versions = [];
    private readonly List<string> _problems = [];
    private readonly Uri _mesh;
    private readonly string _host;
    private readonly (string Name, string Value)[] _headers;
    private readonly Task _sending;
    private bool _isPaused;

    /// <param name="mesh">Where a client of the mesh sends to.</param>
    /// <param name="host">The host that is asked for.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="headers">Headers of each request.</param>
    public RequestLoad(Uri mesh, string host, double rate, params (string Name, string Value)[] headers)
    {
        (_mesh, _host, _headers) = (mesh, host, headers);
        _sending = SendAsync(TimeSpan.FromSeconds(1 / rate), _end.Token);
    }

    /// <summary>Version that answers with errors of its own, which are its own and counted apart. Null: none does.</summary>
    public string? BadVersion { get; set; }

    public int Sent { get; private set; }

    /// <summary>Answers without success that are no errors of the bad version.</summary>
    public int Failed { get; private set; }

    /// <summary>Requests without an answer: the connection broke, or ten seconds passed.</summary>
    public int Lost { get; private set; }

    /// <summary>Errors of the bad version.</summary>
    public int Errors { get; private set; }

    /// <summary>The first failed and lost requests, each with its time.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_gate) return [.. _problems];
        }
    }

    /// <summary>Answers of a version so far.</summary>
    public int AnswersOf(string version)
    {
        lock (_gate) return _versions.GetValueOrDefault(version);
    }

    /// <summary>Sends nothing for a while, and waits for what is on its way.</summary>
    public Task PauseAsync()
    {
        _isPaused = true;
        return AllAnsweredAsync();
    }

    public void Resume() => _isPaused = false;

    /// <summary>Ends the load, and waits for what is on its way.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync();
        await _sending;
        await AllAnsweredAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _client.Dispose();
        _end.Dispose();
    }

    private Task AllAnsweredAsync()
    {
        lock (_gate) return Task.WhenAll([.. _exchanges]);
    }

    private async Task SendAsync(TimeSpan interval, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                if (_isPaused) continue;
                lock (_gate)
                {
                    Sent++;
                    _exchanges.RemoveAll(exchange => exchange.IsCompleted);
                    _exchanges.Add(ExchangeAsync());
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end that was asked for.
        }
    }

    private async Task ExchangeAsync()
    {
        await Task.Yield();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_mesh, "orders"));
            request.Headers.Host = _host;
            foreach (var (name, value) in _headers) request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await _client.SendAsync(request);
            var version = answer.Headers.TryGetValues("x-app-version", out var values) ? values.First() : null;
            var said = answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync();
            lock (_gate)
            {
                if (version is not null) _versions[version] = _versions.GetValueOrDefault(version) + 1;
                if (answer.IsSuccessStatusCode) return;
                if (version is not null && version == BadVersion) Errors++;
                else Failed += Note($"{(int)answer.StatusCode} of version {version ?? "none"}, server {answer.Headers.Server}: {said}");
            }
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
        {
            lock (_gate) Lost += Note($"no answer: {problem.Message}");
        }
    }

    private int Note(string problem)
    {
        if (_problems.Count < MostProblems) _problems.Add($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {_host} {problem}");
        return 1;
    }
}
