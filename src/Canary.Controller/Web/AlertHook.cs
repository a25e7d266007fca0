using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Diagnostics;
using Canary.Core.Units;
using Canary.Engine.Alerts;
using Canary.Providers.Alerts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace Canary.Controller.Web;

/// <summary>
/// <c>POST /hooks/alertmanager</c>: Alertmanager's webhook, payload version 4, and Grafana's, version 1, whose alerts have the same form.
/// Only the leader takes it: one on standby answers 503, and Alertmanager sends it again, until the Service leads it to the leader. Fields
/// that are not known are passed over; every refusal is counted and logged.
/// </summary>
/// <param name="alerts">Where firing alerts are kept.</param>
/// <param name="tokenFile">The file with the bearer token, read at each request so that a rotated Secret needs no restart; null: nothing is
/// served.</param>
/// <param name="isLeading">This process leads.</param>
/// <param name="metrics">Where calls are counted.</param>
/// <param name="time">How long ago a refusal was logged.</param>
/// <param name="log">Refusals.</param>
internal sealed class AlertHook(
    FiringAlerts alerts, string? tokenFile, Func<bool> isLeading, IMetricFactory metrics, TimeProvider time, ILogger log)
{
    public const string Path = "/hooks/alertmanager";

    /// <summary>Largest payload, in bytes.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Refusals of one kind are logged no more often: whoever may reach the port must not fill the log.</summary>
    public static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    private const string Off = "off";
    private const string NoToken = "no-token";
    private const string TooLarge = "too-large";
    private const string NotJson = "not-json";
    private const string BadVersion = "version";
    private const string BadPayload = "payload";
    private static readonly string[] Versions = ["4", "1"];
    private const int LongestToken = 4096;

    private readonly Counter _requests =
        metrics.CreateCounter("canary_alert_webhook_requests_total", "Calls of Alertmanager's webhook, by result.", ["result"]);
    private readonly Counter _told = metrics.CreateCounter("canary_alert_webhook_alerts_total", "Alerts received by the webhook.");
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset LoggedAt, int Since)> _refusals = new(StringComparer.Ordinal);

    /// <summary>Says at the start what nobody would look for later: that no call is taken.</summary>
    public async Task AnnounceAsync(CancellationToken cancel)
    {
        if (tokenFile is null) log.HookOff();
        else if (await ReadTokenAsync(cancel) is null) log.HookWithoutToken(tokenFile);
    }

    public async Task AnswerAsync(HttpContext http)
    {
        CancellationToken cancel = http.RequestAborted;
        var (status, result, text) = await JudgeAsync(http, cancel);
        _requests.WithLabels(result).Inc();
        // What a caller told who may call is not known now. A stranger's call tells nothing, and one on standby comes again.
        if (result is TooLarge or NotJson or BadPayload or BadVersion or NoToken) alerts.Refuse($"{status}, {text}");
        if (status != StatusCodes.Status200OK) Say(status, result, http.Connection.RemoteIpAddress?.ToString() ?? "", text);
        // What is sent again over the same connection comes to this process again, and never to the one that leads.
        if (status == StatusCodes.Status503ServiceUnavailable) http.Response.Headers.Connection = "close";
        if (status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = "Bearer";
        if (status == StatusCodes.Status405MethodNotAllowed) http.Response.Headers.Allow = "POST";
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(text + "\n", cancel);
    }

    private async Task<(int Status, string Result, string Text)> JudgeAsync(HttpContext http, CancellationToken cancel)
    {
        if (tokenFile is null)
            return (StatusCodes.Status404NotFound, Off, "the webhook is not served: the controller was started without --alert-token-file");
        if (!HttpMethods.IsPost(http.Request.Method))
            return (StatusCodes.Status405MethodNotAllowed, "method", $"found {http.Request.Method}, allowed is POST");
        if (await ReadTokenAsync(cancel) is not { } token)
        {
            const string Unread = "the token of the webhook cannot be read; nothing is taken without one";
            return (StatusCodes.Status503ServiceUnavailable, NoToken, Unread);
        }

        if (!IsSame(http.Request.Headers.Authorization.ToString(), token))
            return (StatusCodes.Status401Unauthorized, "unauthorized", "the bearer token is missing or another one");
        // Not before the token: who leads is nobody else's business.
        if (!isLeading()) return (StatusCodes.Status503ServiceUnavailable, "standby", "this process is on standby; send it again");
        if (http.Request.ContentLength > MaxBytes)
            return (StatusCodes.Status413PayloadTooLarge, TooLarge, $"the payload has more than {MaxBytes} bytes");
        return await new AlertPayloadReader(isList: false, _ => true)
            .ReadAsync(http.Request.Body, MaxBytes, cancel) switch
        {
            AlertPayload.Read read => Take(read),
            AlertPayload.Malformed malformed => (StatusCodes.Status400BadRequest, NotJson, malformed.Reason),
            AlertPayload.TooLarge large => (StatusCodes.Status413PayloadTooLarge, TooLarge, large.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private void Say(int status, string result, string caller, string text)
    {
        if (result == Off) return;
        int left;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_refusals.TryGetValue(result, out var last) && now - last.LoggedAt < BetweenLines)
            {
                _refusals[result] = last with { Since = last.Since + 1 };
                return;
            }

            left = last.Since;
            _refusals[result] = (now, 0);
        }

        if (left == 0) log.HookRefused(status, caller, text);
        else log.HookRefusedOften(status, caller, text, left);
    }

    private (int Status, string Result, string Text) Take(AlertPayload.Read payload)
    {
        if (!Versions.Contains(payload.Version))
        {
            var found = payload.Version is { } version ? $"\"{ServerText.FirstLine(version, 40)}\"" : "none";
            return (
                StatusCodes.Status400BadRequest,
                BadVersion,
                $"version: found {found}, allowed is \"4\" of Alertmanager and \"1\" of Grafana");
        }

        // What can be read is taken, whatever stands beside it: Alertmanager does not send again what was answered with 400.
        var left = alerts.Hear(payload.Alerts);
        _told.Inc(payload.Alerts.Count);
        if (left > 0) log.HookFull(left, FiringAlerts.MostHeard);
        if (payload.Truncated > 0) log.HookTruncated(payload.Truncated);
        return payload.Unreadable is { } problem
            ? (StatusCodes.Status400BadRequest, BadPayload, problem)
            : (StatusCodes.Status200OK, "taken", "ok");
    }

    private async Task<byte[]?> ReadTokenAsync(CancellationToken cancel)
    {
        try
        {
            var text = (await File.ReadAllTextAsync(tokenFile!, cancel)).Trim();
            return text.Length is > 0 and <= LongestToken ? Encoding.UTF8.GetBytes(text) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // In a time that does not tell how much of it was right.
    private static bool IsSame(string header, byte[] token) =>
        header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(header["Bearer ".Length..].Trim())), SHA256.HashData(token));
}
