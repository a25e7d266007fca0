using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Canary.Kubernetes.Api;
using Canary.Sandbox.Load;
using Canary.Sandbox.Workloads;
using Canary.Sandbox.World;

namespace Canary.Sandbox.Commands;

/// <summary>The options that <c>run</c> and <c>demo</c> share.</summary>
internal sealed class SandboxFlags
{
    private const double RateAtMost = 2000;

    private static readonly Dictionary<string, WorkloadsMode> Modes = new()
    {
        ["all"] = WorkloadsMode.All,
        ["kubelet"] = WorkloadsMode.Kubelet,
        ["none"] = WorkloadsMode.None,
    };

    private static readonly string[] IstioVersions = [KnownKinds.VirtualServices.Version, .. KnownKinds.VirtualServices.OtherVersions];

    private readonly Option<string?> _kubeConfig = new("--kubeconfig")
    {
        Description = "Use the API server of this kubeconfig. Without it an embedded one is started, with its state in memory.",
    };

    private readonly Option<string> _workloads = new("--workloads")
    {
        Description = "What is played: all (Deployments down to ready pods and EndpointSlices), "
            + "kubelet (a Node and the pods on it, where the cluster has its own controllers and no nodes), none.",
        HelpName = string.Join('|', Modes.Keys),
        DefaultValueFactory = _ => "all",
    };

    private readonly Option<long> _seed =
        new("--seed") { Description = "Of every draw by lot: weights, failures, latencies.", DefaultValueFactory = _ => 1 };

    private readonly Option<double> _rate =
        new("--rate") { Description = $"Requests a second, above 0 and at most {RateAtMost:0}.", DefaultValueFactory = _ => LoadOptions.Default.Rate };

    private readonly Option<int> _port =
        new("--port") { Description = "Port of the embedded API server on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => 0 };

    private readonly Option<string> _istioVersion = new("--istio-api-version")
    {
        Description = "Version of networking.istio.io that is served, where the cluster has no Istio: v1, or v1beta1 as Istio before 1.22.",
        HelpName = string.Join('|', IstioVersions),
        DefaultValueFactory = _ => KnownKinds.VirtualServices.Version,
    };

    private readonly Option<bool> _noController = new("--no-controller") { Description = "Do not start the controller: it is started by hand." };

    private readonly Option<string> _state;

    public SandboxFlags(string defaultState)
    {
        _state = new Option<string>("--state")
        {
            Description = "Folder for kubeconfig, addresses (sandbox.json) and logs.",
            DefaultValueFactory = _ => defaultState,
        };
        _workloads.AcceptOnlyFromAmong([.. Modes.Keys]);
        _istioVersion.AcceptOnlyFromAmong(IstioVersions);
        _rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= RateAtMost))
                result.AddError($"--rate: found {result.Tokens[0].Value}, allowed is a number above 0 and at most {RateAtMost:0}");
        });
        _port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535) result.AddError($"--port: found {result.Tokens[0].Value}, allowed is 0 to 65535");
        });
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _kubeConfig, _workloads, _seed, _rate, _port, _istioVersion, _noController, _state }) command.Add(option);
    }

    public SandboxOptions Read(ParseResult parsed)
    {
        var kubeConfig = parsed.GetValue(_kubeConfig);
        if (kubeConfig is not null && !File.Exists(kubeConfig))
            throw new SandboxException($"--kubeconfig: {Path.GetFullPath(kubeConfig)} is not there");
        return new SandboxOptions(
            Path.GetFullPath(parsed.GetValue(_state)!), kubeConfig, parsed.GetValue(_port), Modes[parsed.GetValue(_workloads)!],
            parsed.GetValue(_seed),
            LoadOptions.Default with { Rate = parsed.GetValue(_rate) }, parsed.GetValue(_istioVersion)!, !parsed.GetValue(_noController));
    }
}
