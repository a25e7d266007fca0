using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Providers.Aws;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

[NonParallelizable]
public sealed class GivenRequestsToAws
{
    private static readonly AwsIdentity Example = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null, "us-east-1");

    private static readonly AwsIdentity Identity = new("AKIDCANARY", "s3cr3t/key+of/canary", "session-token-of-canary", "eu-west-1");

    private static readonly DateTimeOffset Then = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    private static string Sign(HttpMethod method, string address, string? form = null, string service = "service")
    {
        using var request = new HttpRequestMessage(method, address);
        var body = Encoding.UTF8.GetBytes(form ?? "");
        if (form is not null)
            request.Content =
                new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") } };
        AwsSignature.Sign(request, body, Example, service, Then);
        return request.Headers.GetValues("Authorization").Single();
    }

    // Signatures that AWS publishes: the test suite of signature version 4.
    [TestCase("GET", "https://example.amazonaws.com/", null, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [TestCase("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", null,
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [TestCase("POST", "https://example.amazonaws.com/", null, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [TestCase("POST", "https://example.amazonaws.com/", "Param1=value1",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    public void WhenTheRequestsOfTheSuiteAreSigned_ThenTheSignaturesAreThoseOfTheSuite(
        string method, string address, string? form, string signature)
    {
        var names = form is null ? "host;x-amz-date" : "content-type;host;x-amz-date";

        Assert.That(
            Sign(new HttpMethod(method), address, form),
            Is.EqualTo(
                $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={names}, "
                    + $"Signature={signature}"));
    }

    [TestCase("up", false)]
    [TestCase("sum(rate(http_requests_total{code=~\"5..\", path=\"/a b~c%*'()!\"}[5m])) by (ü)", false)]
    [TestCase("up + 0", true)]
    public async Task WhenAQueryIsSent_ThenTheServerComputesTheSameSignature(string text, bool isPosted)
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));
        var query = Asked.Query(
            $"{server.Address}/workspaces/ws-1 2") with
        { Query = text, Authentication = new MetricAuthentication.Sigv4(null, null, null) };
        var options =
            Asked.Options with
            {
                AwsIdentities = new Known(Identity),
                Query = Asked.Options.Query with { MaxUrlQuery = isPosted ? 1 : 2000 }
            };

        var answer = await Asked.AskAsync(query, options: options);

        Assert.That(answer, Is.InstanceOf<MetricAnswer.Vector>(), answer.ToString());
        var request = server.Requests.Single();
        Assert.That(
            (request.Method, request.Headers["X-Amz-Security-Token"]), Is.EqualTo((isPosted ? "POST" : "GET", "session-token-of-canary")));
        Assert.That(request.Headers["Authorization"], Is.EqualTo(Expected(request, "aps")));
    }

    [Test]
    public async Task WhenItIsRefused_ThenNothingOfTheIdentityIsSaid()
    {
        await using var server =
            new FakeServer(
                request =>
                    FakeServer.Json(
                        $$"""{"status":"error","errorType":"x","error":"{{request.Headers["Authorization"]}} {{request.Headers["X-Amz-Security-Token"]}} s3cr3t/key+of/canary"}""", 400));
        var query =
            Asked.Query(server.Address) with
            {
                Authentication =
                new MetricAuthentication.Sigv4(null, null, "arn:aws:iam::123456789012:role/prometheus")
            };

        var fault = await Asked.FaultAsync(query, options: Asked.Options with { AwsIdentities = new Known(Identity) });

        var signature = server.Requests.Single().Headers["Authorization"].Split("Signature=")[1];
        Assert.That(
            fault, Does.Contain("[redacted]").And.Not.Contain(signature).And.Not.Contain("session-token").And.Not.Contain("s3cr3t"));
    }

    [Test]
    public async Task WhenThereIsNoIdentity_ThenItIsAFaultThatSaysWhatWasLookedFor()
    {
        var query = Asked.Query("http://127.0.0.1:1") with { Authentication = new MetricAuthentication.Sigv4("eu-west-1", null, null) };

        Assert.That(
            await Asked.FaultAsync(query, options: Asked.Options with { AwsIdentities = new Known(null) }),
            Does.Contain("was not asked: there is no identity of AWS"));
    }

    [Test]
    public async Task WhenTheEnvironmentHasKeys_ThenTheSdkFindsThemAndTheRegionIsThatOfTheAddress()
    {
        using var environment = new Surrounded(
            ("AWS_ACCESS_KEY_ID", "AKIDENV"),
            ("AWS_SECRET_ACCESS_KEY", "secret-of-env"),
            ("AWS_SESSION_TOKEN", "token-of-env"),
            ("AWS_REGION", "eu-north-1"));
        var identities = new SdkAwsIdentities(TimeProvider.System);
        var plain = new MetricAuthentication.Sigv4(null, null, null);

        var elsewhere = await identities.GetAsync(plain, new Uri("http://127.0.0.1:9090"), CancellationToken.None);
        var workspace = await identities.GetAsync(
            plain, new Uri("https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-1"), CancellationToken.None);
        var named = await identities.GetAsync(
            plain with { Region = "ap-south-1" },
            new Uri("https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-1"),
            CancellationToken.None);

        Assert.That(elsewhere, Is.EqualTo(new AwsIdentity("AKIDENV", "secret-of-env", "token-of-env", "eu-north-1")));
        Assert.That((workspace.Region, named.Region), Is.EqualTo(("us-west-2", "ap-south-1")));
    }

    [Test]
    public async Task WhenARoleIsNamed_ThenItIsAssumedOnceAndItsKeysSign()
    {
        await using var tokens = new FakeServer(_ => FakeServer.Content(
            """
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>secret-of-role</SecretAccessKey>
            <SessionToken>token-of-role</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>
            """, 200, "text/xml"));
        using var environment = new Surrounded(
            ("AWS_ACCESS_KEY_ID", "AKIDENV"),
            ("AWS_SECRET_ACCESS_KEY", "secret-of-env"),
            ("AWS_SESSION_TOKEN", null),
            ("AWS_ENDPOINT_URL_STS", tokens.Address));
        var identities = new SdkAwsIdentities(TimeProvider.System);
        var role = new MetricAuthentication.Sigv4("eu-west-1", null, "arn:aws:iam::123456789012:role/prometheus");

        var first = await identities.GetAsync(role, new Uri("http://127.0.0.1:9090"), CancellationToken.None);
        var second = await identities.GetAsync(role, new Uri("http://127.0.0.1:9090"), CancellationToken.None);

        Assert.That((first, second), Is.EqualTo((new AwsIdentity("AKIDROLE", "secret-of-role", "token-of-role", "eu-west-1"), first)));
        Assert.That(tokens.Requests.Single().Body, Does.Contain("RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fprometheus"));
    }

    [Test]
    public void WhenAProfileIsNotThere_ThenItIsNamed()
    {
        var identities = new SdkAwsIdentities(TimeProvider.System);

        Assert.That(async () => await identities.GetAsync(new MetricAuthentication.Sigv4("eu-west-1", "nobody", null),
            new Uri("http://127.0.0.1:9090"), CancellationToken.None),
            Throws.TypeOf<AwsIdentityException>().With.Message.EqualTo("the configuration of AWS has no profile \"nobody\""));
    }

    /// <summary>The signature by the rules of AWS, from what arrived.</summary>
    private static string Expected(FakeRequest request, string service)
    {
        var authorization = request.Headers["Authorization"];
        var names = authorization.Split("SignedHeaders=")[1].Split(',')[0];
        string[] parts = request.Target.Split('?', 2);
        string Twice(string segment) => Uri.EscapeDataString(segment);
        var query = parts.Length == 1 ? "" : string.Join('&', parts[1].Split('&').Order(StringComparer.Ordinal));
        var headers = string.Concat(names.Split(';').Select(name => $"{name}:{request.Headers[name]}\n"));
        var canonical =
            $"{request.Method}\n{string.Join('/', parts[0].Split('/').Select(Twice))}\n"
                + $"{query}\n{headers}\n{names}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(request.Body)))}";
        var at = request.Headers["X-Amz-Date"];
        var scope = $"{at[..8]}/{Identity.Region}/{service}/aws4_request";
        var key = new[] { at[..8], Identity.Region, service, "aws4_request" }.Aggregate(
            Encoding.UTF8.GetBytes("AWS4" + Identity.SecretKey),
            (secret, text) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text)));
        var signature = Hex(
            HMACSHA256.HashData(key,
                Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{at}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}")));
        return $"AWS4-HMAC-SHA256 Credential={Identity.AccessKey}/{scope}, SignedHeaders={names}, Signature={signature}";
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private sealed class Known(AwsIdentity? identity) : IAwsIdentities
    {
        public Task<AwsIdentity> GetAsync(MetricAuthentication.Sigv4 how, Uri address, CancellationToken cancel) =>
            identity is null ? throw new AwsIdentityException("there is no identity of AWS to sign with") : Task.FromResult(identity);
    }

    /// <summary>Variables of the environment, until the end of a test.</summary>
    private sealed class Surrounded : IDisposable
    {
        private readonly Dictionary<string, string?> _before = [];

        public Surrounded(params (string Name, string? Value)[] variables)
        {
            foreach (var (name, value) in variables)
            {
                _before[name] = Environment.GetEnvironmentVariable(name);
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        public void Dispose()
        {
            foreach (var (name, value) in _before) Environment.SetEnvironmentVariable(name, value);
        }
    }
}
