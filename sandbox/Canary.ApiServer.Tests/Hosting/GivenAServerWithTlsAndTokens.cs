using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Access;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Hosting;

[CancelAfter(30_000)]
public sealed class GivenAServerWithTlsAndTokens
{
    [Test]
    public async Task WhenAClientHasItsKubeconfig_ThenItTrustsTheCertificateAndIsLetIn(CancellationToken cancel)
    {
        await using var host = await StartAsync(cancel);
        using var client = Client(host.Kubeconfig(null));

        var namespaces = await client.ListAsync(KnownKinds.Namespaces, null, ListOptions.All, cancel);

        Assert.That(host.Address.Scheme, Is.EqualTo("https"));
        Assert.That(namespaces.Items, Is.Not.Empty);
    }

    [Test]
    public async Task WhenTheTokenIsWrong_ThenTheClientIsNotKnown(CancellationToken cancel)
    {
        await using var host = await StartAsync(cancel);
        using var client = Client(host.Kubeconfig("guessed"));

        var refusal = await Assert.ThrowsAsync<ApiException>(() => client.ListAsync(KnownKinds.Namespaces, null, ListOptions.All, cancel));

        Assert.That(refusal!.IsUnauthorized, Is.True);
    }

    [Test]
    public async Task WhenTheTokenIsOfAReader_ThenItReadsButDoesNotWrite(CancellationToken cancel)
    {
        await using var host = await StartAsync(cancel);
        using var administrator = Client(host.Kubeconfig(null));
        var role =
            Parse(
                """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"reader"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["list"]}]}""");
        var binding =
            Parse(
                """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"reader"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"reader"},"subjects":[{"kind":"User","name":"reader"}]}""");
        await administrator.CreateAsync(new ResourceKind("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false), null,
            role, new WriteOptions("test"), cancel);
        await administrator.CreateAsync(new ResourceKind("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding",
            false), null, binding, new WriteOptions("test"), cancel);
        using var reader = Client(host.Kubeconfig("reader-token"));

        var list = await reader.ListAsync(KnownKinds.ConfigMaps, "default", ListOptions.All, cancel);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => reader.CreateAsync(KnownKinds.ConfigMaps, "default",
            Parse("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}"""), new WriteOptions("test"), cancel));

        Assert.That(list.Items, Is.Empty);
        Assert.That(refusal!.Status.Message, Does.Contain("User \"reader\" cannot create resource \"configmaps\""));
    }

    private static Task<ApiServerHost> StartAsync(CancellationToken cancel) => ApiServerHost.StartAsync(
        new ApiServerOptions
        {
            UsesTls = true,
            Tokens = [new ApiToken("admin-token", "admin", "1", ["system:masters"]), new ApiToken("reader-token", "reader", "2", [])],
        },
        cancel);

    private static ApiClient Client(string kubeconfig)
    {
        var path = Path.Combine(Path.GetTempPath(), $"canary-tls-{Guid.NewGuid():N}");
        File.WriteAllText(path, kubeconfig);
        try
        {
            return new ApiClient(KubeConfig.Load(path, null), TimeProvider.System);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static System.Text.Json.Nodes.JsonObject Parse(string text) =>
        (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(text)!;
}
