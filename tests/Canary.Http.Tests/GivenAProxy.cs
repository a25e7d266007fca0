using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Http.Tests;

[CancelAfter(30_000)]
public sealed class GivenAProxy
{
    private readonly ConcurrentQueue<string> _asked = new();
    private TcpListener _listener = null!;
    private string _reply = "";

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    [SetUp]
    public void Listen()
    {
        _asked.Clear();
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _ = ServeAsync(_listener);
    }

    [TearDown]
    public void Stop() => _listener.Dispose();

    [TestCase("200 OK", "application/json", null)]
    [TestCase("503 Service Unavailable", "application/json", null)]
    [TestCase("500 Internal Server Error", "text/html", null)]
    [TestCase("503 Service Unavailable", "text/html", "it answered 503 Service Unavailable")]
    [TestCase("502 Bad Gateway", "text/plain", "it answered 502 Bad Gateway")]
    [TestCase("407 Proxy Authentication Required", "text/html", "it answered 407 Proxy Authentication Required")]
    public async Task WhenItAnswersForAServer_ThenItIsNamedWhereItCouldNotReachIt(string status, string type, string? message,
        CancellationToken cancel)
    {
        _reply = $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}";
        using var client = Client(AddressRules.Default, $"http://ann:s3cret@127.0.0.1:{Port}");

        var failure = await FailureAsync(client, "http://prometheus.example.com:9090/api", cancel);

        Assert.That(failure, message is null ? Is.Null : Is.EqualTo($"{message} (through the proxy http://127.0.0.1:{Port})"));
        Assert.That(_asked, Has.Some.StartsWith("GET http://prometheus.example.com:9090/api"));
    }

    [Test]
    public async Task WhenItRefusesATunnel_ThenItIsNamedWithoutItsCredentials(CancellationToken cancel)
    {
        _reply = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        using var client = Client(AddressRules.Default, $"http://ann:s3cret@127.0.0.1:{Port}");

        var failure = await FailureAsync(client, "https://prometheus.example.com/", cancel);

        Assert.That(failure, Does.Contain("403").And.Contain($"(through the proxy http://127.0.0.1:{Port})").And.Not.Contain("s3cret"));
        Assert.That(_asked, Has.Some.StartsWith("CONNECT prometheus.example.com:443"));
    }

    [Test]
    public async Task WhenItIsAway_ThenItIsNamed(CancellationToken cancel)
    {
        var port = Port;
        _listener.Stop();
        using var client = Client(AddressRules.Default, $"http://127.0.0.1:{port}");

        Assert.That(await FailureAsync(client, "http://prometheus.example.com/", cancel),
            Does.EndWith($"(through the proxy http://127.0.0.1:{port})"));
    }

    [TestCase("http://169.254.169.254/latest")]
    [TestCase("http://metadata.google.internal/")]
    [TestCase("http://10.1.2.3/")]
    [TestCase("http://other.example.com/")]
    public void WhenTheRulesDoNotAllowWhatIsAskedThroughIt_ThenItIsNotAsked(string address)
    {
        using var client = Client(AddressRules.Read(".monitoring").Rules!, $"http://127.0.0.1:{Port}");

        Assert.That(async () => await client.GetAsync(new Uri(address)),
            Throws.InstanceOf<Exception>().And.Matches<Exception>(problem => AddressRefusedException.Find(problem) is not null));
        Assert.That(_asked, Is.Empty);
    }

    [Test]
    public async Task WhenTheProxyItselfIsThisMachine_ThenNoRuleLimitsIt(CancellationToken cancel)
    {
        _reply = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        using var client = Client(AddressRules.Read("prometheus.monitoring").Rules!, $"http://127.0.0.1:{Port}");

        Assert.That(await FailureAsync(client, "http://prometheus.monitoring/", cancel), Is.Null);
    }

    [Test]
    public void WhenAHostIsExcepted_ThenTheRulesAreThoseOfADirectConnection()
    {
        using var client = Client(AddressRules.Default, $"http://127.0.0.1:{Port}");

        Assert.That(async () => await client.GetAsync(new Uri($"http://127.0.0.1:{Port}/")),
            Throws.InstanceOf<HttpRequestException>().And.Matches<Exception>(problem => AddressRefusedException.Find(problem) is not null));
        Assert.That(_asked, Is.Empty);
    }

    private static HttpClient Client(AddressRules rules, string proxy) =>
        new(new OutboundHandler(new SocketsHttpHandler(), rules,
            new EnvironmentProxy(name => name is "HTTP_PROXY" or "HTTPS_PROXY" ? proxy : "")));

    private static async Task<string?> FailureAsync(HttpClient client, string address, CancellationToken cancel)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(address), cancel);
            return null;
        }
        catch (HttpRequestException failure)
        {
            return failure.Message;
        }
    }

    private async Task ServeAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
                _asked.Enqueue(await reader.ReadLineAsync() ?? "");
                while (await reader.ReadLineAsync() is { Length: > 0 }) continue;
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(_reply));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
