using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Alerts;
using Canary.Engine.Ports;
using Canary.Http;
using Canary.Providers.Metrics;

namespace Canary.Providers.Alerts;

/// <summary>The alerts of an Alertmanager, by its API v2: active ones, without those that are silenced or inhibited.</summary>
public sealed class AlertmanagerAlerts : IAlertSource, IDisposable
{
    private const int MaxBodyBytes = 64 << 20;

    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    private readonly Uri _address;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public AlertmanagerAlerts(Uri address, TimeProvider time)
    {
        _address = address;
        _time = time;
        _client = new HttpClient(
            new OutboundHandler(
                new SocketsHttpHandler { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }, rules: null))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <inheritdoc />
    public string Name => $"Alertmanager at {PrometheusFaults.Place(_address)}";

    /// <inheritdoc />
    public bool IsComplete => true;

    /// <inheritdoc />
    public async Task<AlertReading> ReadAsync(EquatableArray<AlertRule> rules, CancellationToken cancel)
    {
        using var clock = new CancellationTokenSource(_timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        bool IsWanted(HeardAlert alert) => alert.IsFiring && rules.Any(rule => rule.Matches(Firing(alert)));
        try
        {
            var endpoint = new Uri(
                $"{PrometheusFaults.Place(_address)}/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=false");
            using var response = await _client.GetAsync(endpoint, HttpCompletionOption.ResponseHeadersRead, both.Token);
            if (!response.IsSuccessStatusCode) return new AlertReading.Faulted($"{Name} answered with status {(int)response.StatusCode}");
            await using var body = await response.Content.ReadAsStreamAsync(both.Token);
            return await new AlertPayloadReader(isList: true, IsWanted).ReadAsync(body, MaxBodyBytes, both.Token) switch
            {
                AlertPayload.Read read => new AlertReading.Read(read.Alerts.Select(Firing).ToEquatableArray()),
                AlertPayload.Malformed malformed =>
                    new AlertReading.Faulted($"{Name} answered with something else than a list of alerts: {malformed.Reason}"),
                AlertPayload.TooLarge large => new AlertReading.Faulted($"{Name} answered with too much: {large.Reason}"),
                _ => throw new UnreachableException(),
            };
        }
        catch (IOException broken)
        {
            return new AlertReading.Faulted($"{Name} gave no whole answer: {broken.Message}");
        }
        catch (HttpRequestException broken)
        {
            return new AlertReading.Faulted($"{Name} cannot be reached: {broken.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new AlertReading.Faulted($"{Name} did not answer within {_timeout.TotalSeconds} s");
        }
    }

    private FiringAlert Firing(HeardAlert alert) => new(alert.Labels, alert.StartsAt, Name);

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();
}
