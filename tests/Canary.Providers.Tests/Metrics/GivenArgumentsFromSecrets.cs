using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Secrets;
using Canary.Providers.Metrics;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

public sealed class GivenArgumentsFromSecrets
{
    private const string Value = "5up3r-s3cret";

    private static readonly string Placeholder = SecretPlaceholder.Format("prom", "token");
    private static readonly FakeSecrets Secrets = new() { ["shop/prom/token"] = Value + "\n", ["shop/prom/client"] = "my:client" };

    [Test]
    public async Task WhenTheyStandInTheQueryAndTheHeaders_ThenTheValueIsSent()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));
        var query = Asked.Query(
            server.Address, $"up{{t=\"{Placeholder}\"}}") with
        { Headers = [new("X-Key", new SecretValue.Plain($"Key {Placeholder}"))] };

        await Asked.AskAsync(query, Secrets);

        var request = server.Requests.Single();
        Assert.That((request.Parameter("query"), request.Headers["X-Key"]), Is.EqualTo(($"up{{t=\"{Value}\"}}", $"Key {Value}")));
    }

    [Test]
    public async Task WhenTheyStandInTheAddressAndTheAuthentication_ThenTheValueIsSent()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));
        var query = Asked.Query(
            $"{server.Address}/{Placeholder}") with
        { Authentication = new MetricAuthentication.Bearer(new SecretValue.Plain(Placeholder)) };

        await Asked.AskAsync(query, Secrets);

        var request = server.Requests.Single();
        Assert.That((request.Path, request.Headers["Authorization"]), Is.EqualTo(($"/{Value}/api/v1/query", $"Bearer {Value}")));
    }

    [Test]
    public async Task WhenTheSecretIsMissing_ThenItIsNamedAndNothingIsSent()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));

        var fault = await Asked.FaultAsync(Asked.Query(server.Address, $"up{{t=\"{Placeholder}\"}}"), []);

        Assert.That(fault, Does.Contain("was not asked").And.Contain("Secret shop/prom").And.Contain("key token"));
        Assert.That(server.Requests, Is.Empty);
    }

    [TestCase(400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"cannot parse up{t=5up3r-s3cret}\"}")]
    [TestCase(500, "5up3r-s3cret")]
    [TestCase(302, "")]
    public async Task WhenTheServerRepeatsWhatItWasSent_ThenNoMessageHoldsTheValue(int status, string body)
    {
        await using var server = new FakeServer(_ => FakeServer.Json(body, status));

        var fault = await Asked.FaultAsync(Asked.Query($"{server.Address}/{Placeholder}", $"up{{t=\"{Placeholder}\"}}"), Secrets);

        Assert.That(fault, Does.Not.Contain(Value).And.Not.EqualTo("it was answered"));
    }

    [Test]
    public async Task WhenATokenIsFetched_ThenItIsKeptUntilItExpiresOrIsRefused()
    {
        var time = new FakeTimeProvider(new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));
        var tokens = 0;
        var refuses = false;
        await using var identity = new FakeServer(
            _ => FakeServer.Json($"{{\"access_token\":\"t{++tokens}\",\"token_type\":\"bearer\",\"expires_in\":60}}"));
        await using var server = new FakeServer(_ => refuses ? FakeServer.Json("{}", 401) : FakeServer.Vector("1"));
        using var source = new PrometheusSource(Asked.Options, Secrets, time);
        var query = Asked.Query(server.Address) with
        {
            Authentication = new MetricAuthentication.OAuth2(
                $"{identity.Address}/token",
                new SecretValue.Plain(SecretPlaceholder.Format("prom", "client")),
                new SecretValue.Plain(Placeholder),
                ["read", "query"]),
        };
        async Task<string> AskAsync()
        {
            await source.AskAsync(query, CancellationToken.None);
            return server.Requests.Last().Headers["Authorization"];
        }

        Assert.That((await AskAsync(), await AskAsync()), Is.EqualTo(("Bearer t1", "Bearer t1")));
        var fetched = identity.Requests.Single();
        Assert.That(
            (fetched.Method, fetched.Parameter("grant_type"), fetched.Parameter("scope")?.Replace('+', ' ')),
            Is.EqualTo(("POST", "client_credentials", "read query")));
        Assert.That(
            fetched.Headers["Authorization"],
            Is.EqualTo($"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"my%3Aclient:{Value}"))}"),
            "RFC 6749: encoded, since a colon parts them");

        time.Advance(TimeSpan.FromSeconds(51));
        Assert.That(await AskAsync(), Is.EqualTo("Bearer t2"), "ten seconds before it expires");
        refuses = true;
        await AskAsync();
        refuses = false;
        Assert.That(await AskAsync(), Is.EqualTo("Bearer t3"), "one that was refused is not sent again");
    }

    [TestCase(401, "{\"error\":\"invalid_client\"}", "gave no token (401 invalid_client)")]
    [TestCase(200, "<html>", "without an access_token")]
    public async Task WhenNoTokenIsGiven_ThenItIsSaidWithoutTheSecret(int status, string body, string expected)
    {
        await using var identity = new FakeServer(_ => FakeServer.Json(body, status));
        var query =
            Asked.Query("http://127.0.0.1:1") with
            {
                Authentication =
                new MetricAuthentication.OAuth2(identity.Address, new SecretValue.Plain("me"), new SecretValue.Plain(Placeholder), [])
            };

        Assert.That(await Asked.FaultAsync(query, Secrets), Does.Contain(expected).And.Not.Contain(Value));
    }
}
