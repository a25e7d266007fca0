using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Canary.Kubernetes.Api.Configuration;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenAKubeconfig
{
    private const string Pem = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";

    private const string Whole = """
        apiVersion: v1
        kind: Config
        current-context: dev
        contexts:
          - name: dev
            context: { cluster: local, user: ann, namespace: shop }
          - name: prod
            context: { cluster: far, user: robot }
          - name: nobody
            context: { cluster: local }
        clusters:
          - name: local
            cluster: { server: "http://127.0.0.1:8001" }
          - name: far
            cluster:
              server: https://far.example.com:6443/k8s
              certificate-authority: pki/ca.crt
              tls-server-name: kubernetes
              proxy-url: http://proxy.example.com:3128
        users:
          - name: ann
            user: { token: abc }
          - name: robot
            user:
              exec:
                apiVersion: client.authentication.k8s.io/v1beta1
                command: bin/login
                args: [--cluster, "7"]
                env: [{ name: REGION, value: north }]
                installHint: Ask Ann.
                interactiveMode: Never
                provideClusterInfo: true
        """;

    private Scratch _scratch = null!;

    [SetUp]
    public void MakeScratch()
    {
        _scratch = new Scratch();
        _scratch.File("pki/ca.crt", Pem);
    }

    [TearDown]
    public void DropScratch() => _scratch.Dispose();

    [Test]
    public void WhenNoContextIsNamed_ThenTheCurrentOneIsTaken()
    {
        var config = Load(Whole, null);

        Assert.That(config.Server, Is.EqualTo(new Uri("http://127.0.0.1:8001")));
        Assert.That((config.Namespace, config.AccessToken), Is.EqualTo(("shop", "abc")));
    }

    [Test]
    public void WhenAContextIsNamed_ThenAllOfItIsRead()
    {
        var config = Load(Whole, "prod");

        Assert.That(config.Server, Is.EqualTo(new Uri("https://far.example.com:6443/k8s")));
        Assert.That((config.AuthorityPem, config.TlsServerName, config.Namespace), Is.EqualTo((Pem, "kubernetes", "default")));
        Assert.That(config.Proxy, Is.EqualTo(new Uri("http://proxy.example.com:3128")));
        var exec = config.Exec!;
        Assert.That(exec.Command, Is.EqualTo(Path.Combine(_scratch.Folder, "bin/login")), "seen from the folder of the file");
        Assert.That(exec.Arguments, Is.EqualTo(new[] { "--cluster", "7" }));
        Assert.That(exec.Environment, Is.EqualTo(new Dictionary<string, string> { ["REGION"] = "north" }));
        Assert.That((exec.ApiVersion, exec.InstallHint, exec.ProvidesCluster),
            Is.EqualTo(("client.authentication.k8s.io/v1beta1", "Ask Ann.", true)));
    }

    [Test]
    public void WhenAContextHasNoUser_ThenNobodyAsks() => Assert.That(Load(Whole, "nobody").ToString(), Does.EndWith("(anonymous)"));

    [Test]
    public void WhenDataStandsInTheFile_ThenItWinsOverAPath()
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(Pem + "# data"));

        var config = Load(Whole.Replace("certificate-authority: pki/ca.crt",
            $"certificate-authority: nowhere\n      certificate-authority-data: {data}"), "prod");

        Assert.That(config.AuthorityPem, Does.EndWith("# data"));
    }

    [TestCase("current-context: dev", "current-context: test", null, "current-context: found test, but contexts has dev, prod, nobody")]
    [TestCase("current-context: dev", "current-context: ''", null,
        "current-context: is missing or empty, and no context is asked for; there are: dev, prod, nobody")]
    [TestCase("", "", "stage", "context: found stage, but contexts has dev, prod, nobody")]
    [TestCase("cluster: local, user: ann", "cluster: moon, user: ann", null,
        "contexts[0].context.cluster: found moon, but clusters has local, far")]
    [TestCase("user: ann,", "user: bob,", null, "contexts[0].context.user: found bob, but users has ann, robot")]
    [TestCase("http://127.0.0.1:8001", "http://10.0.0.1:8001", null,
        "clusters[0].cluster.server: found http://10.0.0.1:8001, plain http is allowed on loopback only (127.0.0.1, ::1, localhost): use "
            + "https")]
    [TestCase("http://127.0.0.1:8001", "not an address", null,
        "clusters[0].cluster.server: found not an address, allowed is an address such as https://host:6443")]
    [TestCase("http://127.0.0.1:8001", "ftp://a", null,
        "clusters[0].cluster.server: found ftp://a, allowed is an address such as https://host:6443")]
    [TestCase("pki/ca.crt", "pki/none.crt", "prod", "clusters[1].cluster.certificate-authority: ")]
    [TestCase("pki/ca.crt", "pki/ca.crt\n      insecure-skip-tls-verify: yes", "prod",
        "clusters[1].cluster.insecure-skip-tls-verify: found yes, allowed is true or false")]
    [TestCase("pki/ca.crt", "pki/ca.crt\n      insecure-skip-tls-verify: true", "prod",
        "clusters[1].cluster.insecure-skip-tls-verify: found true together with a certificate authority, allowed is one of the two")]
    [TestCase("proxy-url: http:", "proxy-url: ftp:", "prod",
        "clusters[1].cluster.proxy-url: found ftp://proxy.example.com:3128, allowed is an address with http, https or socks5")]
    [TestCase("v1beta1", "v1alpha1", "prod", "users[1].user.exec.apiVersion: found client.authentication.k8s.io/v1alpha1, allowed is")]
    [TestCase("command: bin/login", "command:", "prod", "users[1].user.exec.command: is missing or empty")]
    [TestCase("args: [--cluster, \"7\"]", "args: x", "prod", "users[1].user.exec.args: found a text, allowed is a list")]
    [TestCase("token: abc", "client-certificate-data: MA==", null,
        "users[0].user.client-key: is missing or empty, but there is a client certificate")]
    [TestCase("token: abc", "client-certificate-data: '%%'", null,
        "users[0].user.client-certificate-data: found 2 characters that are not base64")]
    [TestCase("token: abc", "auth-provider: { name: gcp }", null, "users[0].user.auth-provider: auth-provider was removed from Kubernetes")]
    [TestCase("token: abc", "token: [abc]", null, "users[0].user.token: found a list, allowed is a text")]
    [TestCase("users:", "users: [", null, "line ")]
    public void WhenSomethingIsWrong_ThenFileAndFieldAreTold(string former, string now, string? context, string message)
    {
        var path = _scratch.File("config", former.Length == 0 ? Whole : Replaced(former, now));

        var problem = Assert.Throws<KubeConfigException>(() => KubeConfig.Load(path, context, new Dictionary<string, string>()))!;

        Assert.That(problem.Message,
            Does.StartWith(message.StartsWith("context:", StringComparison.Ordinal) ? message : $"{path}: {message}"));
    }

    [Test]
    public void WhenThereAreSeveralFiles_ThenTheEarlierOneCounts()
    {
        var first = _scratch.File("one/config", "current-context: dev\nusers: [{ name: ann, user: { tokenFile: token } }]");
        var second = _scratch.File("two/config", Whole);
        var environment = new Dictionary<string, string> { ["KUBECONFIG"] = $"{_scratch.Folder}/missing:{first}:{second}" };

        var config = KubeConfig.Load(null, null, environment);

        Assert.That((config.AccessToken, config.TokenFile), Is.EqualTo(((string?)null, Path.Combine(_scratch.Folder, "one/token"))));
        Assert.That(config.Namespace, Is.EqualTo("shop"));
    }

    [Test]
    public void WhenNothingIsSaid_ThenTheFileInTheHomeFolderIsTaken()
    {
        _scratch.File(".kube/config", Whole);

        Assert.That(KubeConfig.Load(null, null, new Dictionary<string, string> { ["HOME"] = _scratch.Folder }).Namespace,
            Is.EqualTo("shop"));
    }

    [Test]
    public void WhenThereIsNoFileAtAll_ThenItIsSaidWhereWasLooked()
    {
        Assert.That(() => KubeConfig.Load(null, null, new Dictionary<string, string> { ["HOME"] = _scratch.Folder }),
            Throws.TypeOf<KubeConfigException>().With.Message.EqualTo(
                "no API server is configured: found no --kubeconfig, no KUBECONFIG, no ~/.kube/config, and this is not a pod"));
        Assert.That(() => KubeConfig.Load("/no/such/file", null, new Dictionary<string, string>()),
            Throws.TypeOf<KubeConfigException>().With.Message.StartsWith("/no/such/file: cannot be read"));
        Assert.That(() => KubeConfig.Load(null, null, new Dictionary<string, string> { ["KUBECONFIG"] = "/no/such/file" }),
            Throws.TypeOf<KubeConfigException>().With.Message.EqualTo("KUBECONFIG: none of these files is there: /no/such/file"));
    }

    [Test]
    public void WhenThisIsAPod_ThenItsServiceAccountIsTaken()
    {
        var token = _scratch.File("token", "t");
        _scratch.File("ca.crt", Pem);
        _scratch.File("namespace", "canary-system\n");
        var environment = new Dictionary<string, string> { ["KUBERNETES_SERVICE_HOST"] = "fd00::1", ["KUBERNETES_SERVICE_PORT"] = "6443" };

        var config = InClusterConfig.Load(environment, _scratch.Folder);

        Assert.That(config.Server, Is.EqualTo(new Uri("https://[fd00::1]:6443")));
        Assert.That((config.TokenFile, config.AuthorityPem, config.Namespace), Is.EqualTo((token, Pem, "canary-system")));
        File.Delete(token);
        Assert.That(() => InClusterConfig.Load(environment, _scratch.Folder),
            Throws.TypeOf<KubeConfigException>().With.Message.Contains("automountServiceAccountToken"));
    }

    private static string Replaced(string former, string now)
    {
        var replaced = Whole.Replace(former, now);
        Assert.That(replaced, Is.Not.EqualTo(Whole), "the test replaces nothing");
        return replaced;
    }

    private ApiServerConfiguration Load(string text, string? context) =>
        KubeConfig.Load(_scratch.File("config", text), context, new Dictionary<string, string>());
}
