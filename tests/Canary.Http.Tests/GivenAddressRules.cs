using System;
using System.Linq;
using System.Net;
using NUnit.Framework;

namespace Canary.Http.Tests;

public sealed class GivenAddressRules
{
    [TestCase("127.0.0.1", "a loopback address")]
    [TestCase("127.8.9.10", "a loopback address")]
    [TestCase("::1", "a loopback address")]
    [TestCase("::ffff:127.0.0.1", "a loopback address")]
    [TestCase("::127.0.0.1", "a loopback address")]
    [TestCase("::ffff:0:127.0.0.1", "a loopback address")]
    [TestCase("64:ff9b::7f00:1", "a loopback address")]
    [TestCase("2002:7f00:1::", "a loopback address")]
    [TestCase("0.0.0.0", "an unspecified address")]
    [TestCase("::", "an unspecified address")]
    [TestCase("::ffff:0.0.0.0", "an unspecified address")]
    [TestCase("169.254.1.1", "a link-local address")]
    [TestCase("fe80::1%3", "a link-local address")]
    [TestCase("169.254.169.254", "a cloud metadata address")]
    [TestCase("::ffff:a9fe:a9fe", "a cloud metadata address")]
    [TestCase("64:ff9b::a9fe:a9fe", "a cloud metadata address")]
    [TestCase("2002:a9fe:a9fe::1", "a cloud metadata address")]
    [TestCase("2001:0:a9fe:a9fe::1", "a cloud metadata address")]
    [TestCase("2001:0:808:808::5601:5601", "a cloud metadata address")]
    [TestCase("169.254.170.2", "a cloud metadata address")]
    [TestCase("100.100.100.200", "a cloud metadata address")]
    [TestCase("168.63.129.16", "a cloud metadata address")]
    [TestCase("fd00:ec2::254", "a cloud metadata address")]
    [TestCase("224.0.0.1", "a multicast address")]
    [TestCase("255.255.255.255", "a reserved address")]
    [TestCase("ff02::1", "a multicast address")]
    public void WhenAReservedAddressIsBehindAName_ThenItIsRefusedByDefaultAndBehindEveryWideEntry(string address, string name)
    {
        foreach (var list in new[] { "*", "0.0.0.0/0,::/0", "prometheus.shop", ".shop", "*,10.0.0.0/8", "::ffff:0:0/96" })
            Assert.That(Rules(list).Refuse("prometheus.shop", 9090, IPAddress.Parse(address)), Does.EndWith($"is {name}"), list);
    }

    [TestCase("10.0.0.1")]
    [TestCase("192.168.1.1")]
    [TestCase("8.8.8.8")]
    [TestCase("100.64.0.1")]
    [TestCase("fd12::1")]
    [TestCase("2001:db8::1")]
    [TestCase("::ffff:10.0.0.1")]
    [TestCase("64:ff9b::808:808")]
    public void WhenAnyOtherAddressIsMeant_ThenItIsAllowedByDefault(string address) =>
        Assert.That(AddressRules.Default.Refuse("prometheus.shop", 80, IPAddress.Parse(address)), Is.Null);

    [TestCase("127.0.0.1", "127.0.0.1", true)]
    [TestCase("127.0.0.0/8", "127.0.0.1", true)]
    [TestCase("127.0.0.0/8", "::ffff:127.0.0.1", true)]
    [TestCase("127.0.0.0/8", "::1", false)]
    [TestCase("127.0.0.1", "127.0.0.2", false)]
    [TestCase("*,::1", "::1", true)]
    [TestCase("[::1]:9090", "::1", true)]
    [TestCase("127.0.0.1:9091", "127.0.0.1", false)]
    [TestCase("169.254.0.0/16", "169.254.3.4", true)]
    [TestCase("169.254.0.0/16", "169.254.169.254", false)]
    [TestCase("169.254.169.254", "169.254.169.254", true)]
    [TestCase("128.0.0.0/1,0.0.0.0/1", "127.0.0.1", false)]
    public void WhenAReservedAddressIsListedItself_ThenItAloneIsAllowed(string list, string address, bool isAllowed) =>
        Assert.That(Rules(list).Refuse("p", 9090, IPAddress.Parse(address)), isAllowed ? Is.Null : Is.Not.Null);

    [TestCase("localhost", "localhost", "127.0.0.1", true)]
    [TestCase("localhost", "localhost.", "::1", true)]
    [TestCase("localhost", "localhost", "169.254.169.254", false)]
    [TestCase("localhost", "evil.example.com", "127.0.0.1", false)]
    [TestCase("localhost:9090", "localhost", "127.0.0.1", true)]
    [TestCase("localhost:9091", "localhost", "127.0.0.1", false)]
    public void WhenLocalhostIsListed_ThenItsLoopbackAddressesAreAllowed(string list, string host, string address, bool isAllowed) =>
        Assert.That(Rules(list).Refuse(host, 9090, IPAddress.Parse(address)), isAllowed ? Is.Null : Is.Not.Null);

    [TestCase("prometheus.shop", "prometheus.shop", true)]
    [TestCase("prometheus.shop", "Prometheus.SHOP.", true)]
    [TestCase("prometheus.shop", "a.prometheus.shop", false)]
    [TestCase("prometheus.shop", "xprometheus.shop", false)]
    [TestCase(".shop", "prometheus.shop", true)]
    [TestCase(".shop", "a.b.shop", true)]
    [TestCase("*.shop", "prometheus.shop", true)]
    [TestCase(".shop", "shop", false)]
    [TestCase(".shop", "prometheus.workshop", false)]
    [TestCase("prometheus.shop:9090", "prometheus.shop", true)]
    [TestCase("prometheus.shop:80", "prometheus.shop", false)]
    [TestCase("10.0.0.0/8", "anything.example.com", true)]
    [TestCase("10.1.2.3/8", "anything.example.com", true)]
    [TestCase("10.1.2.3", "anything.example.com", true)]
    [TestCase("11.0.0.0/8", "anything.example.com", false)]
    [TestCase("a, b ,10.0.0.0/8", "anything.example.com", true)]
    [TestCase("fd00::/8", "anything.example.com", false)]
    public void WhenAListIsGiven_ThenItAloneIsAllowed(string list, string host, bool isAllowed) =>
        Assert.That(Rules(list).Refuse(host, 9090, IPAddress.Parse("10.1.2.3")), isAllowed ? Is.Null
            : Does.Contain("is not among the allowed addresses").And.Contain("10.1.2.3"));

    [TestCase("http://2130706433/")]
    [TestCase("http://0177.0.0.1/")]
    [TestCase("http://0x7f.1/")]
    [TestCase("http://127.1/")]
    [TestCase("http://[::ffff:7f00:1]/")]
    [TestCase("http://[0:0:0:0:0:0:0:1]/")]
    [TestCase("http://localhost/")]
    [TestCase("http://LOCALHOST./")]
    [TestCase("http://a.localhost/")]
    [TestCase("http://metadata.google.internal/")]
    [TestCase("http://0/")]
    public void WhenAProxyResolvesTheName_ThenEveryFormOfAReservedAddressIsRefused(string address) =>
        Assert.That(AddressRules.Default.RefuseName(new Uri(address).IdnHost, 80), Is.Not.Null);

    [TestCase("prometheus.shop", null)]
    [TestCase("10.0.0.1", null)]
    public void WhenAProxyResolvesAnotherName_ThenItIsAllowedByDefault(string host, string? refusal) =>
        Assert.That(AddressRules.Default.RefuseName(host, 80), Is.EqualTo(refusal));

    [TestCase("10.0.0.0/33", "10.0.0.0/33")]
    [TestCase("a b,http://x,10.0.0/8", "http://x,10.0.0/8")]
    [TestCase("x:0,x:65536,x:http", "x:0,x:65536,x:http")]
    [TestCase("[::1,*.*,a..b", "[::1,*.*,a..b")]
    [TestCase("1:2:3", "1:2:3")]
    public void WhenEntriesAreWrong_ThenAllOfThemAreNamed(string list, string wrong)
    {
        var (rules, problems) = AddressRules.Read(list);

        Assert.That(rules, Is.Null);
        Assert.That(problems, Is.EqualTo(wrong.Split(',')));
    }

    [Test]
    public void WhenAnyAddressEmbedsAReservedOne_ThenItIsRefused()
    {
        var random = new Random(20);
        for (var count = 0; count < 5_000; count++)
        {
            byte[] four = [127, (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)];
            byte[][] prefixes = [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0],
                [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0]];
            var embedded = new IPAddress([.. prefixes[count % 3], .. four]);

            Assert.That(Rules("*,0.0.0.0/0,::/0").Refuse("p", 80, embedded), Is.Not.Null, embedded.ToString());
        }
    }

    private static AddressRules Rules(string list) =>
        AddressRules.Read(list).Rules ?? throw new ArgumentException(string.Join(", ", AddressRules.Read(list).Problems.ToArray()));
}
