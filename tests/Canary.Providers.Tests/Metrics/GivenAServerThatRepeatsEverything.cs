using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Secrets;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;
using Canary.Providers.Alerts;
using Canary.Providers.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

/// <summary>A server that sends back whatever it was sent, in every code it knows: nothing of it may leave a measurement.</summary>
public sealed class GivenAServerThatRepeatsEverything
{
    private static readonly Dictionary<string, string> Planted = new()
    {
        ["query"] = "Query/5ecret+=\"x\" ä",
        ["header"] = "H3ader-Secret~Value",
        ["path"] = "P4th-Secret-Value",
        ["token"] = "B3arer.Secret.Value",
        ["user"] = "us3r-of-basic",
        ["password"] = "Pa55word: of basic",
        ["client"] = "Cl1ent-id-of-oauth",
        ["secret"] = "Cl1ent/5ecret+of oauth",
        ["url"] = "T0ken-url-secret",
    };

    private const string Fetched = "F3tched.access.token-value";

    private static readonly FakeSecrets _secrets = Secrets();

    private static FakeSecrets Secrets()
    {
        var secrets = new FakeSecrets();
        foreach (var (key, value) in Planted) secrets[$"shop/s/{key}"] = value + "\n";
        return secrets;
    }

    private static string Placeholder(string key) => SecretPlaceholder.Format("s", key);

    private static SecretValue From(string key) => new SecretValue.FromSecret("s", key);

    // All that a request holds, and what a server may decode from it.
    private static string[] Said(FakeRequest request)
    {
        string[] sent =
            [request.Target, WebUtility.UrlDecode(request.Target), request.Body, WebUtility.UrlDecode(request.Body),
                .. request.Headers.Where(header => header.Key is not ("Host" or "Accept-Encoding"))
                .Select(header => header.Value), .. Planted.Values, Fetched];
        return
        [
            .. sent, .. sent.Select(Uri.EscapeDataString), .. sent.Select(text => WebUtility.UrlEncode(text)!), .. sent.Select(
                text => JsonSerializer.Serialize(text)), .. sent.Select(text => WebUtility.HtmlEncode(text)!),
            .. sent.Select(text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text))), .. sent.Select(
                text => Convert.ToBase64String(Encoding.UTF8.GetBytes($"x{text}")).TrimEnd('=').Replace('+', '-').Replace('/', '_')),
            .. sent.Select(text => Convert.ToHexString(Encoding.UTF8.GetBytes(text))), .. sent.Select(text => text.ToUpperInvariant()),
        ];
    }

    private static string Success(string type, string result, string more = "") =>
        FakeServer.Json($"{{\"status\":\"success\",{more}\"data\":{{\"resultType\":\"{type}\",\"result\":[{result}]}}}}");

    private static string Reply(string how, FakeRequest request)
    {
        var all = Said(request);
        var text = JsonSerializer.Serialize(string.Join(' ', all));
        var labels = string.Join(',', all.Distinct().Select((one, at) => $"\"l{at}\":{JsonSerializer.Serialize(one)}"));
        var line = string.Join(' ', all).Replace('\n', ' ').Replace('\r', ' ');
        return how switch
        {
            "vector" =>
                Success(
                    "vector",
                    $"{{\"metric\":{{{labels}}},\"value\":[1,\"1\"]}}",
                    $"\"warnings\":[{string.Join(',', all.Select(one => JsonSerializer.Serialize(one)))}],\"infos\":[{text}],"),
            "names" =>
                Success(
                    "vector",
                    "{\"metric\":{"
                + string.Join(',', all.Distinct().Select(one => $"{JsonSerializer.Serialize(one)}:\"x\""))
                + "},\"value\":[1,\"1\"]}"),
            "matrix" => Success("matrix", $"{{\"metric\":{{{labels}}},\"values\":[[1,\"1\"]]}}"),
            "text" => Success("string", $"1,{text}"),
            "type" => Success(Planted["query"].Replace("\"", "\\\"", StringComparison.Ordinal), ""),
            "value" => Success("vector", $"{{\"metric\":{{}},\"value\":[1,{JsonSerializer.Serialize(Planted["token"])}]}}"),
            "bad_data" => FakeServer.Json($$"""{"status":"error","errorType":"bad_data","error":{{text}}}""", 400),
            "execution" => FakeServer.Json($$"""{"status":"error","errorType":"execution","error":{{text}}}""", 422),
            "kind" =>
                FakeServer.Json($$"""{"status":"error","errorType":{{JsonSerializer.Serialize(Planted["token"])}},"error":{{text}}}""",
                    503),
            "title" => FakeServer.Content($"<html><title>{Planted["token"]} {Planted["header"]}</title></html>", 200, "text/html"),
            "media" => FakeServer.Content("no", 200, $"text/{Planted["token"]}"),
            "redirect" =>
                $"HTTP/1.1 302 X\r\nLocation: http://login/{Uri.EscapeDataString(Planted["path"])}/"
                    + $"{Planted["token"]}?{Planted["token"]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "401" => FakeServer.Content(line, 401, "text/plain"),
            "500" => FakeServer.Content(line, 500, "text/plain"),
            "cut" => "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{" + line[..20],
            "broken" => $"{Planted["token"]} {Planted["header"]}\r\n\r\n",
            _ => throw new ArgumentException(how),
        };
    }

    private static MetricAuthentication? Authentication(string how, string identity) => how switch
    {
        "bearer" => new MetricAuthentication.Bearer(From("token")),
        "basic" => new MetricAuthentication.Basic(From("user"), From("password")),
        "oauth" =>
            new MetricAuthentication.OAuth2(
                $"{identity}/{Placeholder("url")}?k={Placeholder("url")}",
                new SecretValue.Plain(Placeholder("client")),
                From("secret"),
                []),
        _ => null,
    };

    private static MetricQuery Query(string server, string identity, string how) =>
        Asked.Query($"{server}/{Placeholder("path")}", $"up{{t=\"{Placeholder("query")}\"}}") with
        {
            Headers = [new("X-Key", From("header")), new("X-Other", new SecretValue.Plain($"Key {Placeholder("header")}"))],
            Authentication = Authentication(how, identity),
        };

    private static IEnumerable<string> Texts(MetricAnswer answer) => answer switch
    {
        MetricAnswer.Vector vector =>
            [.. vector.Warnings, .. vector.Samples.SelectMany(sample => sample.Labels)
                .SelectMany(label => new[] { label.Name, label.Value })],
        MetricAnswer.Matrix matrix =>
            [.. matrix.Warnings, .. matrix.Series.SelectMany(series => series.Labels)
                .SelectMany(label => new[] { label.Name, label.Value })],
        MetricAnswer.Scalar scalar => scalar.Warnings,
        MetricAnswer.Text text => [text.Value],
        MetricAnswer.Faulted faulted => [faulted.Reason],
        _ => throw new ArgumentException(null, nameof(answer)),
    };

    // Whatever a person could read a value from.
    private static void HoldsNone(MetricAnswer answer, IEnumerable<string> keys)
    {
        foreach (var text in Texts(answer))
        {
            foreach (var value in keys.Select(key => key.Length == 0 ? Fetched : Planted[key]))
            {
                var part = value[..(value.Length * 3 / 4)];
                var bytes = Encoding.UTF8.GetBytes(value);
                foreach (var form in new[] { value, part, Uri.EscapeDataString(part), WebUtility.UrlEncode(part)!,
                    Convert.ToBase64String(bytes)[..12], Convert.ToHexString(bytes)[..20] })
                    Assert.That(text.Contains(form, StringComparison.OrdinalIgnoreCase), Is.False, $"{form} in {text}");
            }
        }
    }

    [Test]
    public async Task WhenAQueryIsSentWithSecretsEverywhere_ThenNoTextOfTheAnswerHoldsOne(
        [Values("vector", "names", "matrix", "text", "type", "value", "bad_data", "execution", "kind", "title", "media", "redirect", "401",
            "500", "cut", "broken")] string reply,
        [Values("bearer", "basic", "oauth")] string how)
    {
        await using var identity = new FakeServer(_ => FakeServer.Json($"{{\"access_token\":\"{Fetched}\",\"expires_in\":60}}"));
        await using var server = new FakeServer(request => Reply(reply, request));
        // What was not sent with this query is not known to it.
        string[] sent = how switch { "bearer" => ["token"], "basic" => ["user", "password"], _ => ["client", "secret", "url", ""] };

        var answer = await Asked.AskAsync(Query(server.Address, identity.Address, how), _secrets);

        Assert.That(server.Requests, Is.Not.Empty);
        HoldsNone(answer, [.. sent, "query", "header", "path"]);
    }

    /// <summary>
    /// The way of a measurement in the controller: what the run's status says is what Events, the Rollout's status and every command print.
    /// </summary>
    [TestCase("vector", "oauth", "result[0] < 0.5")]
    [TestCase("vector", "basic", "result[0].none > 1")]
    [TestCase("text", "bearer", "result == 'x'")]
    [TestCase("bad_data", "oauth", "result[0] < 0.5")]
    [TestCase("500", "basic", "result[0] < 0.5")]
    [TestCase("broken", "bearer", "result[0] < 0.5")]
    public async Task WhenItIsMeasuredInARun_ThenNeitherItsStatusNorTheLogHoldsOne(string reply, string how, string condition)
    {
        await using var identity = new FakeServer(_ => FakeServer.Json($"{{\"access_token\":\"{Fetched}\",\"expires_in\":60}}"));
        await using var server = new FakeServer(request => Reply(reply, request));
        using var source = new PrometheusSource(Asked.Options, _secrets, TimeProvider.System);
        var (time, inbox, lines) = (new FakeTimeProvider(new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero)), new MeasurementInbox(), new Lines());
        var measurer = new Measurer([source], inbox, time, lines);
        var finished = new TaskCompletionSource();
        measurer.Finished += _ => finished.TrySetResult();
        var query = Query(server.Address, identity.Address, how);
        var metric =
            new MetricSpec("errors", TimeSpan.FromSeconds(5), null, TimeSpan.Zero, TimeSpan.Zero, condition, null, 0, 0, 0,
                new ProviderSpec.Prometheus(
            query.Address, query.Query, null, TimeSpan.FromSeconds(30), query.Authentication, query.Headers, false, null));
        var spec = new RunSpec([metric]);
        var run = new RunSnapshot(
            new RunKey("9d21aa", 1, null),
            "run",
            "uid",
            "1",
            time.GetUtcNow(),
            spec,
            AnalysisMachine.Start(spec, RunStatus.New, time.GetUtcNow()));
        measurer.Watch(new RolloutName("shop", "checkout"), run);

        measurer.Tick(time.GetUtcNow());
        await finished.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var status = AnalysisMachine.Advance(spec, run.Status, inbox.Peek("uid"), time.GetUtcNow());

        Assert.That(status.Metrics.Single().Measurements, Has.Count.EqualTo(1));
        string[] sent = how switch { "bearer" => ["token"], "basic" => ["user", "password"], _ => ["client", "secret", "url", ""] };
        string[] said =
            [status.Message, .. status.Metrics.Select(one => one.Message), .. status.Metrics.SelectMany(one => one.Measurements)
                .Select(one => one.ToString()), .. lines.All];
        foreach (var text in said) HoldsNone(new MetricAnswer.Faulted(text), [.. sent, "query", "header", "path"]);
    }

    private sealed class Lines : ILogger<Measurer>
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> All { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState,
            Exception?,
            string> formatter) => All.Enqueue($"{formatter(state, exception)} {exception}");
    }

    [TestCase(400, "{\"error\":\"invalid_client\",\"error_description\":@}", Description = "the client secret in the description")]
    [TestCase(401, "{\"error\":@}")]
    [TestCase(500, "@")]
    [TestCase(200, "{\"error\":@}")]
    public async Task WhenTheTokenEndpointRepeatsTheClientSecret_ThenTheReasonDoesNot(int status, string body)
    {
        await using var identity = new FakeServer(
            request => FakeServer.Json(
                body.Replace("@", JsonSerializer.Serialize(string.Join(' ', Said(request))), StringComparison.Ordinal), status));

        var answer = await Asked.AskAsync(Query("http://127.0.0.1:1", identity.Address, "oauth"), _secrets);

        Assert.That(((MetricAnswer.Faulted)answer).Reason, Does.Contain("token endpoint"));
        HoldsNone(answer, ["client", "secret", "url", "query", "header", "path"]);
    }

    [TestCase("http://host-{0}.invalid")]
    [TestCase("no-scheme-{0}")]
    [TestCase("http://user:{0}@127.0.0.1:1")]
    [TestCase("ftp://user:{0}@127.0.0.1:1")]
    [TestCase("http://127.0.0.1:1/{0}")]
    public async Task WhenAnAddressHoldsASecret_ThenTheReasonWhyItCannotBeAskedDoesNot(string address)
    {
        var query = Asked.Query(string.Format(null, address, Placeholder("path")));

        HoldsNone(await Asked.AskAsync(query, _secrets), ["path"]);
        HoldsNone(
            await Asked.AskAsync(
                query with { Address = null },
                _secrets,
                Asked.Options with
                {
                    DefaultAddress = string.Format(null, address, "P4th-Secret-Value") is var text
                    && text.Contains('@', StringComparison.Ordinal) ? text : null
                }),
            ["path"]);
    }

    [Test]
    public async Task WhenAnotherQueryIsToldOfTheOutage_ThenItHearsNoSecretOfTheFirst()
    {
        await using var server = new FakeServer(
            request => Reply("kind", request)
            .Replace("errorType\":\"B3arer.Secret.Value", "errorType\":\"timeout", StringComparison.Ordinal));
        using var source = new PrometheusSource(
            Asked.Options with { Query = Asked.Options.Query with { FailuresToBreak = 2, Retries = 0 } }, _secrets, TimeProvider.System);
        await using var dead = new FakeServer(
            _ => "HTTP/1.1 502 X\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        for (var call = 0; call < 4; call++)
        {
            await source.AskAsync(Query(server.Address, "", "bearer"), CancellationToken.None);
            HoldsNone(await source.AskAsync(Asked.Query(server.Address), CancellationToken.None), ["token", "header", "query", "path"]);
        }
    }

    [Test]
    public async Task WhenASecretIsRotated_ThenTheValueThatWasSentIsTakenOut()
    {
        var secrets = Secrets();
        await using var server = new FakeServer(request => Reply("bad_data", request));
        using var source = new PrometheusSource(Asked.Options, secrets, TimeProvider.System);
        await source.AskAsync(Query(server.Address, "", "bearer"), CancellationToken.None);

        secrets["shop/s/header"] = "Another-Header-Secret";

        var answer = await source.AskAsync(Query(server.Address, "", "bearer"), CancellationToken.None);
        Assert.That(Texts(answer).Single(), Does.Not.Contain("Another-Header"));
    }

    [Test]
    public void WhenAnAddressOfAlertsHoldsAPassword_ThenItsNameDoesNot()
    {
        using var alertmanager = new AlertmanagerAlerts(new Uri("http://me:Pa55word@am:9093/x?token=Pa55word"), TimeProvider.System);
        var prometheus = new PrometheusAlerts(null!, "http://me:Pa55word@prometheus:9090/x/?token=Pa55word", TimeProvider.System);

        Assert.That((alertmanager.Name, prometheus.Name), Is.EqualTo(("Alertmanager at http://am:9093/x", "Prometheus")));
    }
}
