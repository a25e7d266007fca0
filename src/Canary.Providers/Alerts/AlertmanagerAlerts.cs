using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Alerting;
using Canary.Engine.Ports;

namespace Canary.Providers.Alerts;

/// <summary>The alerts of an Alertmanager, by its API v2: active ones, without those that are silenced or inhibited.</summary>
public sealed class AlertmanagerAlerts : IAlertSource, IDisposable
{
    private const int MaxBodyBytes = 16 << 20;

    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    private readonly Uri _address;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public AlertmanagerAlerts(Uri address, TimeProvider time)
    {
        _address = address;
        _time = time;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxBodyBytes,
        };
    }

    /// <inheritdoc />
    public string Name => $"Alertmanager at {_address.GetLeftPart(UriPartial.Path).TrimEnd('/')}";

    /// <inheritdoc />
    public bool IsComplete => true;

    /// <inheritdoc />
    public async Task<AlertReading> ReadAsync(EquatableArray<AlertRule> rules, CancellationToken cancel)
    {
        using var clock = new CancellationTokenSource(_timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        try
        {
            var endpoint = new Uri($"{_address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=false");
            using var response = await _client.GetAsync(endpoint, both.Token);
            var body = await response.Content.ReadAsStringAsync(both.Token);
            if (!response.IsSuccessStatusCode) return new AlertReading.Faulted($"{Name} answered with status {(int)response.StatusCode}");
            if (JsonNode.Parse(body) is not JsonArray all) return new AlertReading.Faulted($"{Name} answered with something else than a list of alerts");
            return new AlertReading.Read(all.OfType<JsonObject>()
                .Select(alert => AlertText.Read(alert))
                .OfType<HeardAlert>()
                .Where(alert => alert.IsFiring)
                .Select(alert => new FiringAlert(alert.Labels, alert.StartsAt, Name))
                .Where(alert => rules.Any(rule => rule.Matches(alert)))
                .ToEquatableArray());
        }
        catch (JsonException)
        {
            return new AlertReading.Faulted($"{Name} answered with something that is no JSON");
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

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();
}
