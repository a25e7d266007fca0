using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Secrets;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

public sealed class GivenCredentials
{
    private const string Token = "5up3rs3cret";

    private static readonly MetricAuthentication Bearer = new MetricAuthentication.Bearer(
        new SecretValue.FromSecret("prometheus", "token"));
    private static readonly MetricAuthentication Basic = new MetricAuthentication.Basic(
        new SecretValue.Plain("ann"), new SecretValue.FromSecret("prometheus", "password"));
    private static readonly FakeSecrets Secrets =
        new()
        {
            ["shop/prometheus/token"] = Token + "\n",
            ["shop/prometheus/password"] = Token,
            ["shop/prometheus/broken"] = $"{Token}\nx: y"
        };

    [Test]
    public async Task WhenThereIsABearerToken_ThenItIsSentWithoutItsLineBreak()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));

        await Asked.AskAsync(Asked.Query(server.Address) with { Authentication = Bearer }, Secrets);

        Assert.That(server.Requests.Single().Headers["Authorization"], Is.EqualTo($"Bearer {Token}"));
    }

    [Test]
    public async Task WhenThereAreUserAndPassword_ThenTheyAreSentAsBasic()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));

        await Asked.AskAsync(Asked.Query(server.Address) with { Authentication = Basic }, Secrets);

        Assert.That(
            server.Requests.Single().Headers["Authorization"],
            Is.EqualTo($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"ann:{Token}"))}"));
    }

    [Test]
    public async Task WhenThereAreHeaders_ThenTheyAreSent()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));
        var query =
            Asked.Query(server.Address) with
            {
                Headers = [new("X-Scope-OrgID", new SecretValue.Plain("tenant_a")),
                new("X-Key", new SecretValue.FromSecret("prometheus", "token"))]
            };

        await Asked.AskAsync(query, Secrets);

        var headers = server.Requests.Single().Headers;
        Assert.That((headers["X-Scope-OrgID"], headers["X-Key"]), Is.EqualTo(("tenant_a", Token)));
    }

    [Test]
    public async Task WhenASecretIsMissing_ThenItIsNamedAndNothingIsSent()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));

        var fault = await Asked.FaultAsync(Asked.Query(server.Address) with { Authentication = Bearer }, []);

        Assert.That(
            fault, Does.EndWith("was not asked: the bearer token is missing: there is no Secret shop/prometheus, or it has no key token"));
        Assert.That(server.Requests, Is.Empty);
    }

    [Test]
    public async Task WhenSecretsCannotBeRead_ThenItIsAFaultAndNoException()
    {
        var fault = await Asked.FaultAsync(
            Asked.Query("http://127.0.0.1:1") with { Authentication = Bearer },
            new FakeSecrets { Problem = new InvalidOperationException("the API server is away") });

        Assert.That(fault, Does.Contain("Secret shop/prometheus could not be read").And.Contains("the API server is away"));
    }

    [Test]
    public async Task WhenAValueWouldBreakTheRequest_ThenItIsRefusedWithoutBeingShown()
    {
        var broken = new SecretValue.FromSecret("prometheus", "broken");

        var fault = await Asked.FaultAsync(Asked.Query("http://127.0.0.1:1") with { Headers = [new("X-Key", broken)] }, Secrets);
        var name = await Asked.FaultAsync(Asked.Query("http://127.0.0.1:1") with { Headers = [new("X Key", broken)] }, Secrets);

        Assert.That(fault, Does.Contain("header X-Key (Secret prometheus, key broken) holds a line break").And.Not.Contain(Token));
        Assert.That(name, Does.Contain("header X Key cannot be set"));
    }

    [Test]
    public async Task WhenTheServerRepeatsWhatItWasSent_ThenNoMessageDoes()
    {
        await using var server = new FakeServer(request => FakeServer.Json(
            $$"""{"status":"error","errorType":"bad_data","error":"what is {{request.Headers["Authorization"]}} and {{request.Headers["X-Key"]}}?"}""", 400));
        var query = Asked.Query(server.Address) with { Headers = [new("X-Key", new SecretValue.FromSecret("prometheus", "token"))] };

        var bearer = await Asked.FaultAsync(query with { Authentication = Bearer }, Secrets);
        var basic = await Asked.FaultAsync(query with { Authentication = Basic }, Secrets);

        Assert.That(bearer, Does.Contain("Bearer [redacted] and [redacted]?"));
        Assert.That(basic, Does.Contain("Basic [redacted] and [redacted]?"));
    }

    [Test]
    public async Task WhenTheyAreRefused_ThenTheSecretIsNamed()
    {
        await using var server = new FakeServer(_ => FakeServer.Content($"bad token {Token}", 401, "text/plain"));

        var fault = await Asked.FaultAsync(Asked.Query(server.Address) with { Authentication = Bearer }, Secrets);

        Assert.That(fault, Does.Contain("bearer token of Secret shop/prometheus, key token").And.Not.Contain(Token));
    }

    [Test]
    public async Task WhenTheServerHasACertificateOfItsOwn_ThenTheBundleOrInsecureLetsItIn()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=prometheus", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = new FakeServer(_ => FakeServer.Vector("1"), certificate);
        var query = Asked.Query(server.Address);

        Assert.That(await Asked.FaultAsync(query), Does.Contain("certificate"));
        Assert.That(await Asked.AskAsync(query with { IsInsecure = true }), Is.InstanceOf<MetricAnswer.Vector>());
        Assert.That(
            await Asked.AskAsync(query with { CertificateAuthority = new SecretValue.Plain(certificate.ExportCertificatePem()) }),
            Is.InstanceOf<MetricAnswer.Vector>());
        Assert.That(
            await Asked.FaultAsync(query with { CertificateAuthority = new SecretValue.Plain("no pem") }),
            Does.Contain("no PEM certificate"));
    }
}
