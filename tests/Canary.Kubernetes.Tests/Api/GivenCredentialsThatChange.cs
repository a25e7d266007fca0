using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Testing;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenCredentialsThatChange
{
    private const string V1 = "client.authentication.k8s.io/v1";

    private Scratch _scratch = null!;

    [SetUp]
    public void MakeScratch() => _scratch = new Scratch();

    [TearDown]
    public void DropScratch() => _scratch.Dispose();

    [Test]
    public async Task WhenTheTokenFileIsRewritten_ThenTheNewTokenIsUsedWithinAMinute()
    {
        await using var api = await FakeApi.StartAsync([.. Enumerable.Repeat(Answers.Json("{}"), 3)]);
        var file = _scratch.File("token", "first\n");
        var time = new ManualTime();
        using var client = new ApiClient(new ApiServerConfiguration(api.Address) { TokenFile = file }, time, A.QuickOptions);

        await client.GetRawAsync("/version", A.Limit());
        _scratch.File("token", "second");
        time.Advance(TimeSpan.FromSeconds(59));
        await client.GetRawAsync("/version", A.Limit());
        time.Advance(TimeSpan.FromSeconds(2));
        await client.GetRawAsync("/version", A.Limit());

        Assert.That(Tokens(api), Is.EqualTo(new[] { "Bearer first", "Bearer first", "Bearer second" }));
    }

    [Test]
    public async Task WhenTheTokenIsRefused_ThenTheFileIsReadAtOnceAndTheWriteIsSentAgain()
    {
        await using var api =
            await FakeApi.StartAsync(Answers.Json("{}"), Answers.Status(401, "Unauthorized", "Unauthorized"), Answers.Json(201, "{}"));
        var file = _scratch.File("token", "first");
        using var client = new ApiClient(new ApiServerConfiguration(api.Address) { TokenFile = file }, TimeProvider.System, A.QuickOptions);

        await client.GetRawAsync("/version", A.Limit());
        _scratch.File("token", "second");
        await client.CreateAsync(KnownKinds.Pods, "shop", [], A.Write, A.Limit());

        Assert.That(Tokens(api), Is.EqualTo(new[] { "Bearer first", "Bearer first", "Bearer second" }));
    }

    [Test]
    public async Task WhenTheTokenFileIsGone_ThenTheOldTokenServesAndANewClientIsToldWhy()
    {
        await using var api = await FakeApi.StartAsync([.. Enumerable.Repeat(Answers.Json("{}"), 2)]);
        var file = _scratch.File("token", "first");
        var config = new ApiServerConfiguration(api.Address) { TokenFile = file, Origin = "here" };
        var time = new ManualTime();
        using var client = new ApiClient(config, time, A.QuickOptions);

        await client.GetRawAsync("/version", A.Limit());
        File.Delete(file);
        time.Advance(TimeSpan.FromMinutes(5));
        await client.GetRawAsync("/version", A.Limit());
        using var late = new ApiClient(config, time, A.QuickOptions);
        var problem = await A.ProblemAsync(() => late.GetRawAsync("/version", A.Limit()));

        Assert.That(Tokens(api), Is.EqualTo(new[] { "Bearer first", "Bearer first" }));
        Assert.That((problem.Status.Reason, problem.Status.Message), Is.EqualTo(("Credentials", problem.Status.Message)));
        Assert.That(problem.Message, Does.Contain($"here: the token file {file} cannot be read"));
    }

    [Test]
    public async Task WhenAProgramHandsOutATokenThatExpires_ThenItIsAskedAgainOnlyThen()
    {
        await using var api = await FakeApi.StartAsync([.. Enumerable.Repeat(Answers.Json("{}"), 3)]);
        var program = Program($$"""
            echo x >> "{{_scratch.Folder}}/runs"
            n=$(wc -l < "{{_scratch.Folder}}/runs")
            echo '{"apiVersion":"{{V1}}","kind":"ExecCredential","status":{"token":"'"$GREETING-$1-$n"'","expirationTimestamp":"2026-03-01T12:10:00Z"} }'
            """);
        var time = new ManualTime();
        using var client = Client(api, program, time);

        await client.GetRawAsync("/version", A.Limit());
        time.Advance(TimeSpan.FromMinutes(9));
        await client.GetRawAsync("/version", A.Limit());
        time.Advance(TimeSpan.FromMinutes(2));
        await client.GetRawAsync("/version", A.Limit());

        Assert.That(Tokens(api), Is.EqualTo(new[] { "Bearer hello-get-token-1", "Bearer hello-get-token-1", "Bearer hello-get-token-2" }));
    }

    [Test]
    public async Task WhenTheTokenOfAProgramIsRefused_ThenItIsAskedOnceMore()
    {
        await using var api =
            await FakeApi.StartAsync(Answers.Status(401, "Unauthorized", "no"), Answers.Status(401, "Unauthorized", "still no"));
        var program = Program($$"""
            echo x >> "{{_scratch.Folder}}/runs"
            echo '{"apiVersion":"{{V1}}","kind":"ExecCredential","status":{"token":"t"} }'
            """);
        using var client = Client(api, program, TimeProvider.System);

        var problem = await A.ProblemAsync(() => client.GetRawAsync("/version", A.Limit()));

        Assert.That(problem.IsUnauthorized, Is.True);
        Assert.That(File.ReadAllLines(Path.Combine(_scratch.Folder, "runs")), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task WhenAProgramIsAsked_ThenItIsToldWhatForAndAboutTheCluster()
    {
        await using var api = await FakeApi.StartAsync(Answers.Json("{}"));
        var program = Program($$"""
            printf '%s' "$KUBERNETES_EXEC_INFO" > "{{_scratch.Folder}}/question"
            echo '{"apiVersion":"{{V1}}","kind":"ExecCredential","status":{"token":"t"} }'
            """);
        using var client = Client(api, program, TimeProvider.System);

        await client.GetRawAsync("/version", A.Limit());

        var question = JsonNode.Parse(File.ReadAllText(Path.Combine(_scratch.Folder, "question")))!;
        Assert.That((string?)question["apiVersion"], Is.EqualTo(V1));
        Assert.That((string?)question["kind"], Is.EqualTo("ExecCredential"));
        Assert.That((bool?)question["spec"]!["interactive"], Is.False);
        Assert.That((string?)question["spec"]!["cluster"]!["server"], Is.EqualTo(api.Config.Server.OriginalString));
    }

    [TestCase("echo 'token has expired, log in again' >&2; exit 3", "ended with code 3: token has expired, log in again")]
    [TestCase("echo tok3n-of-the-plugin; echo 'got tok3n-of-the-plugin' >&2; exit 3", "ended with code 3: got [redacted]")]
    [TestCase("""echo '{"kind":"X","status":{"token":"tok3n-of-the-plugin"}}'; echo 'got tok3n%2Dof-the-plugin' >&2""",
        "it said: got [redacted]")]
    [TestCase("yes tok3n-of-the-plugin", "was ended: it printed more than 1048576 characters on standard output")]
    [TestCase("echo '{}'; yes tok3n-of-the-plugin >&2", "was ended: it printed more than 1048576 characters on standard error")]
    [TestCase("yes out & yes error >&2", "was ended: it printed more than 1048576 characters on standard ")]
    [TestCase("echo hello; echo 'be nice' >&2", "printed 6 characters that are not an ExecCredential; it said: be nice")]
    [TestCase("""echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"t"}}'""",
        "answered in apiVersion client.authentication.k8s.io/v1beta1, asked was client.authentication.k8s.io/v1")]
    [TestCase("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}'""",
        "gave neither status.token nor status.clientCertificateData")]
    [TestCase("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"soon"}}'""",
        "status.expirationTimestamp: found soon, allowed is a time")]
    public async Task WhenAProgramFails_ThenItIsSaidHow(string script, string message)
    {
        await using var api = await FakeApi.StartAsync();
        using var client = Client(api, Program(script), TimeProvider.System);

        var problem = await A.ProblemAsync(() => client.GetRawAsync("/version", A.Limit()));

        Assert.That(problem.Status.Reason, Is.EqualTo("Credentials"));
        Assert.That(problem.Message, Does.Contain("file: users[0].user.exec: ").And.Contain(message));
        Assert.That(api.Requests, Is.Empty);
    }

    [Test]
    public async Task WhenTheProgramIsNotThere_ThenTheHintIsSaid()
    {
        await using var api = await FakeApi.StartAsync();
        using var client = Client(api,
            Program("") with { Command = "canary-no-such-program", InstallHint = "Install it from example.com." }, TimeProvider.System);

        var problem = await A.ProblemAsync(() => client.GetRawAsync("/version", A.Limit()));

        Assert.That(problem.Message, Does.Contain("canary-no-such-program cannot be started").And.EndsWith("Install it from example.com."));
    }

    [Test]
    public async Task WhenAProgramHandsOutACertificate_ThenItIsShown()
    {
        using var authority = Certificates.Authority("ca");
        using var ours = Certificates.Client(authority, "from-the-program");
        using var server = Certificates.Server(authority, null);
        string? shown = null;
        await using var api = await FakeApi.StartAsync(server, client => (shown = client.Subject) is not null, 0, [Answers.Json("{}")]);
        var credential = new JsonObject
        {
            ["apiVersion"] = V1,
            ["kind"] = "ExecCredential",
            ["status"] =
                new JsonObject { ["clientCertificateData"] = ours.ExportCertificatePem(), ["clientKeyData"] = Certificates.KeyPem(ours) },
        };
        var program = Program($"cat {_scratch.File("credential", credential.ToJsonString())}");
        var config = new ApiServerConfiguration(api.Address) { Exec = program, AuthorityPem = authority.ExportCertificatePem() };
        using var client = new ApiClient(config, TimeProvider.System, A.QuickOptions);

        await client.GetRawAsync("/version", A.Limit());

        Assert.That(shown, Is.EqualTo("CN=from-the-program"));
    }

    [Test]
    public async Task WhenTheCertificateOfAProgramIsRefused_ThenTheNextOneIsShownOnANewConnection()
    {
        using var authority = Certificates.Authority("ca");
        using var first = Certificates.Client(authority, "first");
        using var second = Certificates.Client(authority, "second");
        using var server = Certificates.Server(authority, null);
        var shown = new List<string>();
        await using var api = await FakeApi.StartAsync(
            server, _ => true, 0, [Seen, Refused, Seen, Seen]);
        var program = Program($$"""
            echo x >> "{{_scratch.Folder}}/runs"
            cat "{{_scratch.Folder}}/$(wc -l < "{{_scratch.Folder}}/runs" | tr -d ' ')"
            """);
        _scratch.File("1", Credential(first));
        _scratch.File("2", Credential(second));
        var config = new ApiServerConfiguration(api.Address) { Exec = program, AuthorityPem = authority.ExportCertificatePem() };
        using var client = new ApiClient(config, TimeProvider.System, A.QuickOptions);

        for (var i = 0; i < 3; i++) await client.CreateAsync(KnownKinds.Pods, "shop", [], A.Write, A.Limit());

        Assert.That(shown, Is.EqualTo(new[] { "CN=first", "CN=first", "CN=second", "CN=second" }));

        Task Seen(HttpContext http) => Shown(http, Answers.Json(201, "{}"));

        Task Refused(HttpContext http) => Shown(http, Answers.Status(401, "Unauthorized", "expired"));

        Task Shown(HttpContext http, RequestDelegate answer)
        {
            shown.Add(http.Connection.ClientCertificate!.Subject);
            return answer(http);
        }

        string Credential(X509Certificate2 certificate) => new JsonObject
        {
            ["apiVersion"] = V1,
            ["kind"] = "ExecCredential",
            ["status"] = new JsonObject
            {
                ["clientCertificateData"] = certificate.ExportCertificatePem(),
                ["clientKeyData"] = Certificates.KeyPem(certificate)
            },
        }.ToJsonString();
    }

    [Test]
    public async Task WhenThereIsAPassword_ThenItIsSentAndNeverPrinted()
    {
        await using var api = await FakeApi.StartAsync(Answers.Json("{}"));
        using var client = new ApiClient(new ApiServerConfiguration(api.Address) { Username = "ann", Password = "s3cret" },
            TimeProvider.System, A.QuickOptions);

        await client.GetRawAsync("/version", A.Limit());

        Assert.That(Tokens(api).Single(), Is.EqualTo("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:s3cret"))));
        Assert.That(client.Config.ToString(), Does.Not.Contain("s3cret").And.Contain("basic"));
    }

    private ExecPlugin Program(string script) => new(
        V1, "sh", [_scratch.File("program", script), "get-token"], new Dictionary<string, string> { ["GREETING"] = "hello" }, null, true,
        "file: users[0].user.exec");

    private static ApiClient Client(FakeApi api, ExecPlugin program, TimeProvider time) =>
        new(new ApiServerConfiguration(api.Address) { Exec = program }, time, A.QuickOptions);

    private static IEnumerable<string> Tokens(FakeApi api) => api.Requests.Select(request => request.Headers["Authorization"]);
}
