using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Kubectl;

/// <summary>The real kubectl against an embedded server that has Canary's definitions.</summary>
public abstract class KubectlFixture
{
    private const string RolloutText =
        """
        apiVersion: canary.delivery/v1alpha1
        kind: Rollout
        metadata:
          name: NAME
        spec:
          revision: "REVISION"
          traffic:
            stable: { service: checkout-stable }
            canary: { service: checkout-canary }
            istio: { virtualServices: [{ name: checkout }] }
          strategy:
            canary:
              steps: [{ setWeight: 5 }, { pause: { duration: 1m } }]

        """;

    private ApiServerHost? _host;
    private KubectlProgram? _program;
    private string _folder = "";

    internal KubectlProgram Program => _program ?? throw new InvalidOperationException("the fixture is not set up");

    [OneTimeSetUp]
    public async Task FurnishAsync()
    {
        if (KubectlProgram.Find() is null)
            throw new IgnoreException("kubectl is not on the PATH. Install kubectl 1.30 or newer: https://kubernetes.io/docs/tasks/tools/");

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        _host = await ApiServerHost.StartAsync(new ApiServerOptions(), patience.Token);
        _folder = Directory.CreateTempSubdirectory("canary-kubectl-").FullName;
        var kubeconfig = Path.Combine(_folder, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, _host.Kubeconfig(null), patience.Token);
        _program = new KubectlProgram(_folder, kubeconfig);
        var answer = await Program.RunAsync(null, patience.Token, "apply", "-k", RepositoryFolder.PathTo("deploy", "crds"));
        Assert.That((answer.ExitCode, answer.Errors), Is.EqualTo((0, "")));
        await Program.RunAsync(null, patience.Token, "wait", "--for=condition=Established", "crd", "--all", "--timeout=20s");
    }

    [OneTimeTearDown]
    public async Task ClearAsync()
    {
        if (_host is null)
            return;

        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal static string Rollout(string name, string revision) =>
        RolloutText.Replace("NAME", name, StringComparison.Ordinal).Replace("REVISION", revision, StringComparison.Ordinal);

    internal static string Deployment(string name) =>
        $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: {{name}}, labels: { app: {{name}} } }
        spec:
          replicas: 1
          selector: { matchLabels: { app: {{name}} } }
          template:
            metadata: { labels: { app: {{name}} } }
            spec: { containers: [{ name: web, image: "nginx:1.27", ports: [{ containerPort: 80 }] }] }

        """;

    /// <summary>Runs a command that has to succeed without saying anything on its error stream.</summary>
    internal async Task<KubectlAnswer> OkAsync(string? input, CancellationToken cancel, params string[] arguments)
    {
        var answer = await Program.RunAsync(input, cancel, arguments);
        Assert.That((answer.ExitCode, answer.Errors), Is.EqualTo((0, "")), string.Join(' ', arguments));
        return answer;
    }
}
