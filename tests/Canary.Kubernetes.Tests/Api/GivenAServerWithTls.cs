using System;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenAServerWithTls
{
    private X509Certificate2 _authority = null!;

    [OneTimeSetUp]
    public void MakeAuthority() => _authority = Certificates.Authority("canary-test-ca");

    [OneTimeTearDown]
    public void DropAuthority() => _authority.Dispose();

    [Test]
    public async Task WhenItsAuthorityIsNamed_ThenItIsTrustedOverHttp2()
    {
        await using var api = await StartAsync(null, null);

        await GetAsync(new ApiServerConfiguration(api.Address) { AuthorityPem = _authority.ExportCertificatePem() });

        Assert.That(api.Requests[0].Protocol, Is.EqualTo("HTTP/2"));
    }

    [Test]
    public async Task WhenAnotherAuthorityIsNamed_ThenNothingIsSent()
    {
        using var other = Certificates.Authority("canary-test-ca");
        await using var api = await StartAsync(null, null);

        var problem =
            await A.ProblemAsync(() => GetAsync(new ApiServerConfiguration(api.Address) { AuthorityPem = other.ExportCertificatePem() }));

        Assert.That(problem.Status.Reason, Is.EqualTo("Untrusted"));
        Assert.That(api.Requests, Is.Empty);
    }

    [Test]
    public async Task WhenNoAuthorityIsNamed_ThenTheSystemDoesNotTrustIt()
    {
        await using var api = await StartAsync(null, null);

        var problem = await A.ProblemAsync(() => GetAsync(new ApiServerConfiguration(api.Address)));

        Assert.That(problem.Status.Reason, Is.EqualTo("Untrusted"));
    }

    [Test]
    public async Task WhenChecksAreOff_ThenAnyCertificateDoes()
    {
        await using var api = await StartAsync(null, "elsewhere.example.com");

        await GetAsync(new ApiServerConfiguration(api.Address) { SkipTlsVerify = true });

        Assert.That(api.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenTheNameIsAnother_ThenItIsTrustedOnlyWithThatNameGiven()
    {
        await using var api = await StartAsync(null, "kubernetes.example.com");
        var config = new ApiServerConfiguration(api.Address) { AuthorityPem = _authority.ExportCertificatePem() };

        var problem = await A.ProblemAsync(() => GetAsync(config));
        await GetAsync(
            new ApiServerConfiguration(api.Address) { AuthorityPem = config.AuthorityPem, TlsServerName = "kubernetes.example.com" });

        Assert.That(problem.Status.Reason, Is.EqualTo("Untrusted"));
        Assert.That(api.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenTheAuthorityIsRightAndTheNameIsAnother_ThenItGetsNoToken()
    {
        // As any other certificate of the cluster's authority: that of a kubelet, for example.
        await using var api = await StartAsync(null, "node-7.internal");

        var problem = await A.ProblemAsync(() => GetAsync(
            new ApiServerConfiguration(api.Address) { AuthorityPem = _authority.ExportCertificatePem(), AccessToken = "secret" }));

        Assert.That((problem.Status.Reason, api.Requests.Count), Is.EqualTo(("Untrusted", 0)));
    }

    [Test]
    public void WhenTheAuthorityIsGivenWhereTheLibraryChecksNoName_ThenItIsRefused() => Assert.That(
        () => new ApiClient(new ApiServerConfiguration(new Uri("https://127.0.0.1:1")) { SslCaCerts = [_authority] }, TimeProvider.System),
        Throws.InvalidOperationException.With.Message.Contains("AuthorityPem"));

    [Test]
    public async Task WhenTheAuthorityIsAnIntermediateOne_ThenTrustNeedNotReachTheRoot()
    {
        using var intermediate = Certificates.Authority("canary-test-intermediate", _authority);
        using var certificate = Certificates.Server(intermediate, null);
        await using var api = await FakeApi.StartAsync(certificate, null, 0, [Answers.Json("{}")]);

        await GetAsync(new ApiServerConfiguration(api.Address) { AuthorityPem = intermediate.ExportCertificatePem() });

        Assert.That(api.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenItSendsAnIntermediateCertificate_ThenTrustGoesThroughItToTheRoot()
    {
        using var intermediate = Certificates.Authority("canary-test-intermediate", _authority);
        using var certificate = Certificates.Server(intermediate, null);
        await using var complete = await FakeApi.StartAsync(certificate, null, 0, [Answers.Json("{}")],
            chain: [X509CertificateLoader.LoadCertificate(intermediate.RawData)]);
        await using var incomplete = await FakeApi.StartAsync(certificate, null, 0, [Answers.Json("{}")]);
        var config = new ApiServerConfiguration(complete.Address) { AuthorityPem = _authority.ExportCertificatePem() };

        await GetAsync(config);
        var problem =
            await A.ProblemAsync(() => GetAsync(new ApiServerConfiguration(incomplete.Address) { AuthorityPem = config.AuthorityPem }));

        Assert.That((complete.Requests.Count, problem.Status.Reason), Is.EqualTo((1, "Untrusted")));
    }

    [Test]
    public async Task WhenItAsksForACertificate_ThenOursIsShown()
    {
        using var ours = Certificates.Client(_authority, "canary-controller");
        string? shown = null;
        await using var api = await StartAsync(
            client =>
            {
                shown = client.Subject;
                return true;
            },
            null);

        await GetAsync(Shown(api.Address, ours, ours));

        Assert.That(shown, Is.EqualTo("CN=canary-controller"));
    }

    [Test]
    public void WhenOurKeyIsNotThatOfTheCertificate_ThenItIsToldAtOnce()
    {
        using var ours = Certificates.Client(_authority, "a");
        using var other = Certificates.Client(_authority, "b");

        Assert.That(
            () => new ApiClient(Shown(new Uri("https://127.0.0.1:1"), ours, other), TimeProvider.System),
            Throws.TypeOf<KubeConfigException>().With.Message.StartsWith("file: users[0]: client certificate and key do not form a pair"));
    }

    [Test]
    public async Task WhenAWatchRunsOverHttp2_ThenEventsArriveAndOtherRequestsPass()
    {
        using var certificate = Certificates.Server(_authority, null);
        await using var api = await FakeApi.StartAsync(
            certificate, null, 0, [Answers.LinesThenSilence(A.Event("ADDED", A.Pod("a", "1"))), Answers.Json("{}")]);
        using var client = new ApiClient(
            new ApiServerConfiguration(api.Address) { AuthorityPem = _authority.ExportCertificatePem() }, TimeProvider.System,
            A.QuickOptions);
        await using var events = client.WatchAsync(KnownKinds.Pods, "shop", new WatchOptions("0"), A.Limit()).GetAsyncEnumerator();

        Assert.That(await events.MoveNextAsync(), Is.True);
        await client.GetRawAsync("/version", A.Limit());

        Assert.That(api.Requests, Has.Count.EqualTo(2));
    }

    private async Task<FakeApi> StartAsync(Func<X509Certificate2, bool>? acceptsClient, string? host) =>
        await FakeApi.StartAsync(Certificates.Server(_authority, host), acceptsClient, 0, [Answers.Json("{}")]);

    private ApiServerConfiguration Shown(Uri server, X509Certificate2 certificate, X509Certificate2 key) => new(server)
    {
        AuthorityPem = _authority.ExportCertificatePem(),
        ClientCertificateData = Base64(certificate.ExportCertificatePem()),
        ClientCertificateKeyData = Base64(Certificates.KeyPem(key)),
        Origin = "file: users[0]",
    };

    private static string Base64(string pem) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));

    private static async Task GetAsync(ApiServerConfiguration config)
    {
        using var client = new ApiClient(config, TimeProvider.System, A.QuickOptions);
        await client.GetRawAsync("/version", A.Limit());
    }
}
