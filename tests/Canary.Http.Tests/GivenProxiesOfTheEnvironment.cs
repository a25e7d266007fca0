using System;
using System.Collections.Generic;
using System.Net;
using NUnit.Framework;

namespace Canary.Http.Tests;

public sealed class GivenProxiesOfTheEnvironment
{
    // The rows of UseProxyTest in golang.org/x/net/http/httpproxy, and more.
    [TestCase("10.0.0.0/8", "http://10.1.2.3/", false)]
    [TestCase("10.0.0.0/8", "http://11.1.2.3/", true)]
    [TestCase("10.1.2.3/8", "http://10.9.9.9/", false)]
    [TestCase("10.96.0.1", "https://10.96.0.1/", false)]
    [TestCase("10.96.0.0/12", "https://10.96.0.1:443/api", false)]
    [TestCase("10.0.0.1:6443", "https://10.0.0.1:6443/", false)]
    [TestCase("10.0.0.1:6443", "https://10.0.0.1/", true)]
    [TestCase("10.0.0.0/8", "http://[::ffff:10.1.2.3]/", false)]
    [TestCase("10.0.0.0/8", "http://10.example.com/", true)]
    [TestCase("fd00::/8", "http://[fd12::1]:9090/", false)]
    [TestCase("fd00::/8", "http://[2001:db8::1]/", true)]
    [TestCase("fd12::1", "http://[fd12::1]/", false)]
    [TestCase("[fd12::1]", "http://[fd12:0::1]/", false)]
    [TestCase("[fd12::1]:9090", "http://[fd12::1]:9090/", false)]
    [TestCase("[fd12::1]:9090", "http://[fd12::1]/", true)]
    [TestCase("example.com", "http://example.com/", false)]
    [TestCase("example.com", "http://a.b.example.com/", false)]
    [TestCase("example.com", "http://notexample.com/", true)]
    [TestCase(".example.com", "http://example.com/", true)]
    [TestCase(".example.com", "http://a.example.com/", false)]
    [TestCase("*.example.com", "http://a.example.com/", false)]
    [TestCase("*.example.com", "http://example.com/", true)]
    [TestCase("EXAMPLE.com", "http://a.Example.COM/", false)]
    [TestCase("example.com", "http://example.com./", false)]
    [TestCase("example.com:80", "http://example.com/", false)]
    [TestCase("example.com:443", "http://example.com/", true)]
    [TestCase("example.com:443", "https://a.example.com/", false)]
    [TestCase("svc,cluster.local", "http://prometheus.monitoring.svc:9090/", false)]
    [TestCase("svc.cluster.local", "http://prometheus.monitoring.svc.cluster.local/", false)]
    [TestCase("prometheus", "http://prometheus:9090/", false)]
    [TestCase("*", "http://10.1.2.3/", false)]
    [TestCase("*", "https://anything.example.com/", false)]
    [TestCase("a.com,*", "https://anything.example.com/", false)]
    [TestCase(" a.com , b.com ", "http://b.com/", false)]
    [TestCase("a.com b.com", "http://b.com/", false)]
    [TestCase(",,:80,10.0.0.0/99,nonsense/x,b.com", "http://b.com/", false)]
    [TestCase(",,:80,10.0.0.0/99,nonsense/x,b.com", "http://c.com/", true)]
    [TestCase("", "http://localhost/", false)]
    [TestCase("", "http://127.0.0.1:9090/", false)]
    [TestCase("", "http://127.1.2.3/", false)]
    [TestCase("", "http://[::1]/", false)]
    [TestCase("", "http://localhost.example.com/", true)]
    [TestCase("", "http://example.com/", true)]
    [TestCase("1.1.1.1", "http://1.1.1.1.example.com/", true)]
    public void WhenAHostIsExcepted_ThenItIsReachedDirectly(string exceptions, string target, bool isProxied)
    {
        foreach (var name in new[] { "NO_PROXY", "no_proxy" })
        {
            var proxy = Proxy(("HTTP_PROXY", "http://proxy:3128"), ("HTTPS_PROXY", "http://proxy:3128"), (name, exceptions));

            Assert.That(proxy.GetProxy(new Uri(target)), isProxied ? Is.EqualTo(new Uri("http://proxy:3128")) : Is.Null, name);
            Assert.That(proxy.IsBypassed(new Uri(target)), Is.EqualTo(!isProxied), name);
        }
    }

    [TestCase("HTTP_PROXY", "http://a/", "http://p:1/")]
    [TestCase("http_proxy", "http://a/", "http://p:1/")]
    [TestCase("HTTPS_PROXY", "https://a/", "http://p:1/")]
    [TestCase("https_proxy", "https://a/", "http://p:1/")]
    [TestCase("HTTP_PROXY", "https://a/", null)]
    [TestCase("HTTPS_PROXY", "http://a/", null)]
    [TestCase("ALL_PROXY", "https://a/", "http://p:1/")]
    [TestCase("all_proxy", "http://a/", "http://p:1/")]
    public void WhenAProxyIsNamed_ThenItIsThatOfTheScheme(string name, string target, string? proxy) =>
        Assert.That(Proxy((name, "p:1")).GetProxy(new Uri(target))?.AbsoluteUri, Is.EqualTo(proxy));

    [Test]
    public void WhenBothCasesAreSet_ThenUpperCaseCounts() =>
        Assert.That(Proxy(("HTTP_PROXY", "http://upper:1"), ("http_proxy", "http://lower:1"))
            .GetProxy(new Uri("http://a"))!.Host, Is.EqualTo("upper"));

    [Test]
    public void WhenTheProcessIsACgi_ThenTheHeaderOfACallerIsNoProxy() =>
        Assert.That(Proxy(("HTTP_PROXY", "http://p:1"), ("REQUEST_METHOD", "GET")).GetProxy(new Uri("http://a")), Is.Null);

    [TestCase("socks5://p", "socks5://p:1080/")]
    [TestCase("socks5h://p:1", "socks5://p:1/")]
    [TestCase("https://p", "https://p/")]
    [TestCase("ftp://p", null)]
    [TestCase("http://", null)]
    [TestCase("   ", null)]
    public void WhenTheProxyIsOfAnotherKind_ThenItIsTakenOrNone(string text, string? proxy) =>
        Assert.That(Proxy(("HTTP_PROXY", text)).GetProxy(new Uri("http://a"))?.AbsoluteUri, Is.EqualTo(proxy));

    [Test]
    public void WhenTheAddressHoldsCredentials_ThenTheyAreSentAndNoNameHoldsThem()
    {
        var proxy = Proxy(("HTTP_PROXY", "http://ann:p%40ss@p:1"));
        var address = proxy.GetProxy(new Uri("http://a"))!;

        var found = proxy.Credentials!.GetCredential(address, "Basic")!;

        Assert.That((found.UserName, found.Password), Is.EqualTo(("ann", "p@ss")));
        Assert.That((address.AbsoluteUri, proxy.Credentials.GetCredential(new Uri("http://other:1"), "Basic")),
            Is.EqualTo(("http://p:1/", (NetworkCredential?)null)));
        var always = (WebProxy)ProxyAddress.Always(new Uri("http://ann:p%40ss@p:1"));
        Assert.That((always.Address!.AbsoluteUri, always.Credentials!.GetCredential(address, "Basic")!.Password),
            Is.EqualTo(("http://p:1/", "p@ss")));
    }

    private static EnvironmentProxy Proxy(params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in variables) environment[name] = value;
        return new EnvironmentProxy(name => environment.GetValueOrDefault(name, ""));
    }
}
