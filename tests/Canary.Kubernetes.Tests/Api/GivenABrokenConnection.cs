using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Canary.Http;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Api.Wire;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenABrokenConnection
{
    private const string Pod = """{"kind":"Pod","metadata":{"name":"checkout"}}""";

    [Test]
    public async Task WhenAReadBreaksInMidBody_ThenItIsRepeated()
    {
        await using var api = await FakeApi.StartAsync(Answers.DropInBody(Pod[..20]), Answers.Drop(), Answers.Json(Pod));
        using var client = A.Client(api);

        var pod = await client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit());

        Assert.That((string?)pod["kind"], Is.EqualTo("Pod"));
        Assert.That(api.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task WhenAWriteBreaks_ThenNobodyKnowsAndItIsNotRepeated()
    {
        await using var api = await FakeApi.StartAsync(Answers.DropInBody("{"), Answers.Json(201, Pod));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.CreateAsync(KnownKinds.Pods, "shop", [], A.Write, A.Limit()));

        Assert.That((problem.IsUnanswered, problem.Status.Reason), Is.EqualTo((true, "ConnectionLost")));
        Assert.That(api.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenAWriteThatMayBeRepeatedBreaks_ThenItIsRepeated()
    {
        await using var api = await FakeApi.StartAsync(Answers.DropInBody("{"), Answers.Json(Pod));
        using var client = A.Client(api);

        await client.PatchAsync(
            KnownKinds.Pods, A.Checkout, new Patch.Apply([], Force: false), null, A.Write with { IsRepeatable = true }, A.Limit());

        Assert.That(api.Requests, Has.Count.EqualTo(2));
    }

    [TestCase("uid-1", 2)]
    [TestCase(null, 1)]
    public async Task WhenADeletionBreaks_ThenItIsRepeatedOnlyWithAUid(string? uid, int requests)
    {
        await using var api = await FakeApi.StartAsync(Answers.DropInBody("{"), Answers.Json("""{"kind":"Status","status":"Success"}"""));
        using var client = A.Client(api);

        try
        {
            await client.DeleteAsync(KnownKinds.Pods, A.Checkout, DeleteOptions.Default with { Uid = uid }, A.Limit());
        }
        catch (ApiException problem)
        {
            Assert.That(problem.IsUnanswered, Is.True);
        }

        Assert.That(api.Requests, Has.Count.EqualTo(requests));
    }

    [Test]
    public async Task WhenNobodyListens_ThenTheAddressIsTold()
    {
        using var client =
            new ApiClient(new ApiServerConfiguration(new Uri($"http://127.0.0.1:{FreePort()}")), TimeProvider.System, A.QuickOptions);

        var problem = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That(problem.Status.Reason, Is.EqualTo("Unreachable"));
        Assert.That(problem.Message, Does.Contain("127.0.0.1:").And.Contain("refused"));
    }

    [Test]
    public async Task WhenAWriteIsRefusedAConnectionFirst_ThenItIsRepeated()
    {
        // Bound but not listening yet: connections are refused until Listen, and nobody else can take the port.
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var time = new ManualTime();
        using var client = new ApiClient(
            new ApiServerConfiguration(new Uri($"http://127.0.0.1:{((IPEndPoint)server.LocalEndPoint!).Port}")), time,
            A.QuickOptions with { FirstDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(1) });

        var creating = client.CreateAsync(KnownKinds.Pods, "shop", [], A.Write, A.Limit());
        await time.UntilWaitingAsync(TimeSpan.FromSeconds(2));
        server.Listen();
        time.Advance(TimeSpan.FromSeconds(2));
        using var accepted = await server.AcceptAsync(A.Limit());
        await accepted.ReceiveAsync(new byte[4096]);
        await accepted.SendAsync("HTTP/1.1 201 Created\r\nContent-Length: 14\r\n\r\n{\"kind\":\"Pod\"}"u8.ToArray());

        Assert.That((string?)(await creating)["kind"], Is.EqualTo("Pod"));
    }

    [Test]
    public async Task WhenAConnectionIsNotMadeInTime_ThenTheServerCannotBeReached()
    {
        // Linux drops what comes when the queue of a listener is full: connecting hangs, as to a host that is gone.
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen(1);
        using var first = new TcpClient();
        using var second = new TcpClient();
        await first.ConnectAsync((IPEndPoint)server.LocalEndPoint!, A.Limit());
        await second.ConnectAsync((IPEndPoint)server.LocalEndPoint!, A.Limit());
        using var client = new ApiClient(
            new ApiServerConfiguration(new Uri($"http://127.0.0.1:{((IPEndPoint)server.LocalEndPoint!).Port}")), TimeProvider.System,
            A.QuickOptions with { AttemptTimeout = TimeSpan.FromSeconds(1.2), MaxRetries = 1 });

        var problem = await A.ProblemAsync(() => client.CreateAsync(KnownKinds.Pods, "shop", [], A.Write, A.Limit()));

        Assert.That(problem.Status.Reason, Is.EqualTo("Unreachable"));
    }

    [Test]
    public async Task WhenTheProxyIsAway_ThenItIsNamedAndTheServerToo()
    {
        using var client = new ApiClient(
            new ApiServerConfiguration(new Uri("https://kubernetes.example.com:6443")) { Proxy = new Uri("http://ann:s3cret@127.0.0.1:1") },
            TimeProvider.System, A.QuickOptions with { MaxRetries = 0 });

        var problem = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That(problem.Status.Message,
            Does.StartWith("kubernetes.example.com:6443 cannot be reached through the proxy http://127.0.0.1:1: ").And.Not.Contain(
                "s3cret"));
    }

    [Test]
    public async Task WhenTheProxyRefuses_ThenItIsNamed()
    {
        await using var proxy = await FakeApi.StartAsync(Answers.Text(407, "text/html", "<p>who are you?</p>"),
            Answers.Text(503, "text/html", "<p>no route</p>"));
        using var client = new ApiClient(
            new ApiServerConfiguration(new Uri("http://127.0.0.1:6443")) { Proxy = proxy.Address }, TimeProvider.System,
            A.QuickOptions with { MaxRetries = 0 });

        var first = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));
        var second = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That(first.Status.Message,
            Does.StartWith($"407 Proxy Authentication Required through the proxy {proxy.Address.ToString().TrimEnd('/')}: "));
        Assert.That(second.Status.Message,
            Does.StartWith($"503 Service Unavailable through the proxy {proxy.Address.ToString().TrimEnd('/')}: "));
    }

    [Test]
    public async Task WhenThereIsAProxy_ThenRequestsGoThroughIt()
    {
        await using var proxy = await FakeApi.StartAsync(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        using var client = new ApiClient(
            new ApiServerConfiguration(new Uri("https://kubernetes.example.com:6443")) { Proxy = proxy.Address }, TimeProvider.System,
            A.QuickOptions with { MaxRetries = 0 });

        await A.ProblemAsync(() => client.GetRawAsync("/version", A.Limit()));

        Assert.That(proxy.Requests[0].Method, Is.EqualTo("CONNECT"));
        Assert.That(proxy.Requests[0].Headers["Host"], Is.EqualTo("kubernetes.example.com:6443"));
    }

    [TestCase("", true)]
    [TestCase("example.com", false)]
    [TestCase("other.org", true)]
    public async Task WhenTheEnvironmentNamesAProxy_ThenItIsTakenWhereNoProxyDoesNotNameTheServer(string direct, bool isTaken)
    {
        await using var proxy = await FakeApi.StartAsync(Answers.Text(407, "text/html", "who are you?"));
        var environment =
            new EnvironmentProxy(name => name switch { "HTTPS_PROXY" => proxy.Address.ToString(), "NO_PROXY" => direct, _ => "" });
        var server = new ApiServerConfiguration(new Uri("https://kubernetes.example.com:6443"));
        using var connection = new ApiConnection(server, TimeSpan.FromSeconds(5), TimeProvider.System, [], [], environment);

        await Assert.CatchAsync(() => connection.Client.HttpClient.GetAsync("https://kubernetes.example.com:6443/version", A.Limit()));

        Assert.That(proxy.Requests.Select(request => request.Method), Is.EqualTo(isTaken ? new[] { "CONNECT" } : []));
        Assert.That(connection.Via, Is.EqualTo(isTaken ? $" through the proxy {proxy.Address.ToString().TrimEnd('/')}" : ""));
    }

    [Test]
    public async Task WhenTheServerNeverAnswers_ThenEachAttemptEndsInTime()
    {
        await using var api = await FakeApi.StartAsync(Answers.Hang(), Answers.Hang(), Answers.Json(Pod));
        using var client =
            new ApiClient(api.Config, TimeProvider.System, A.QuickOptions with { AttemptTimeout = TimeSpan.FromMilliseconds(300) });

        var write = await A.ProblemAsync(() => client.CreateAsync(KnownKinds.Pods, "shop", [], A.Write, A.Limit()));
        var pod = await client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit());

        Assert.That((write.Status.Reason, write.IsUnanswered), Is.EqualTo(("Timeout", true)));
        Assert.That((string?)pod["kind"], Is.EqualTo("Pod"));
        Assert.That(api.Requests.Select(request => request.Method), Is.EqualTo(new[] { "POST", "GET", "GET" }));
    }

    [Test]
    public async Task WhenTheCallerCancels_ThenItIsACancellation()
    {
        await using var api = await FakeApi.StartAsync(Answers.Hang());
        using var client = A.Client(api);
        using var cancel = new CancellationTokenSource();

        var reading = client.GetAsync(KnownKinds.Pods, A.Checkout, cancel.Token);
        await Eventually.ThatAsync(() => api.Requests.Count == 1, "the request arrives");
        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => reading);
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
