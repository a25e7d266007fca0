using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer;
using Canary.ApiServer.Access;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Pods;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.World;

public sealed class GivenAnotherApiServer
{
    [Test]
    public async Task WhenTheSandboxIsGivenItsKubeconfig_ThenEverythingLivesThereAndNothingElseIsStarted()
    {
        var options = new ApiServerOptions { UsesTls = true, Tokens = [new ApiToken("secret", "admin", "1", ["system:masters"])] };
        await using var server = await ApiServerHost.StartAsync(options, CancellationToken.None);
        var kubeConfig = Path.GetTempFileName();
        await File.WriteAllTextAsync(kubeConfig, server.Kubeconfig(null));
        using var http = new HttpClient();
        using var api = new ApiClient(KubeConfig.Load(kubeConfig, null), TimeProvider.System);

        await using var sandbox = await SandboxProcess.RunAsync("--kubeconfig", kubeConfig, "--workloads", "all", "--deployments", "2");

        using var request = new HttpRequestMessage(HttpMethod.Get, sandbox.Addresses.TextAt("mesh"));
        request.Headers.Host = "checkout.shop";
        using var answer = await http.SendAsync(request);
        var pods = (await api.ListAllAsync(KnownKinds.Pods, "shop", ListOptions.All, default)).Items;
        Assert.That(answer.Headers.GetValues(AppServer.VersionHeader).Single(), Is.EqualTo("1.0.0"));
        Assert.That(pods.Count, Is.EqualTo(4));
        Assert.That((sandbox.Addresses.TextAt("server"), File.Exists(Path.Combine(sandbox.State, "kubeconfig"))),
            Is.EqualTo((server.Address.ToString(), false)));
        File.Delete(kubeConfig);
    }
}
