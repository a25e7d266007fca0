using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Sandbox.Load;
using Canary.Sandbox.Workloads;
using Canary.Sandbox.World;
using Canary.Usage;

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

    private static readonly Dictionary<string, ShopRouter> Routers = new()
    {
        ["istio"] = ShopRouter.Istio,
        ["gatewayApi"] = ShopRouter.GatewayApi,
    };

    private static readonly string[] IstioVersions = [IstioKinds.VirtualServices.Version, .. IstioKinds.VirtualServices.OtherVersions];

    private readonly Option<string?> _kubeConfig = new("--kubeconfig")
    {
        Description = "Use the API server of this kubeconfig. Without it, an embedded API server is started, with its state in memory.",
    };

    private readonly Option<string> _workloads = new("--workloads")
    {
        Description = "What the sandbox simulates: all (workloads, Nodes, pods and EndpointSlices), "
            + "kubelet (Nodes and their pods, for a cluster with controllers and no Nodes), none.",
        HelpName = string.Join('|', Modes.Keys),
        DefaultValueFactory = _ => "all",
    };

    private readonly Option<long> _seed =
        new("--seed") { Description = "Seed of all random choices: routes, failures, latencies.", DefaultValueFactory = _ => 1 };

    private readonly Option<double> _rate =
        new("--rate")
        {
            Description = $"Requests a second, above 0 and at most {RateAtMost:0}.",
            DefaultValueFactory = _ => LoadOptions.Default.Rate
        };

    private readonly Option<int> _port =
        new("--port") { Description = "Port of the embedded API server on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => 0 };

    private readonly Option<string> _istioVersion = new("--istio-api-version")
    {
        Description = "Version of networking.istio.io that is served, where the cluster has no Istio: v1, or v1beta1 as Istio before 1.22.",
        HelpName = string.Join('|', IstioVersions),
        DefaultValueFactory = _ => IstioKinds.VirtualServices.Version,
    };

    private readonly Option<bool> _noController =
        new("--no-controller") { Description = "Do not start the controller. Start it yourself." };

    private readonly Option<int> _deployments = new("--deployments")
    {
        Description = "Deployments of the service: 1, of which Canary keeps a stable copy, or 2, one of each side.",
        HelpName = "1|2",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> _router = new("--router")
    {
        Description = "Router of the Rollout: istio, with a VirtualService, or gatewayApi, with an HTTPRoute.",
        HelpName = string.Join('|', Routers.Keys),
        DefaultValueFactory = _ => "istio",
    };

    private readonly Option<string> _state;

    public SandboxFlags(string defaultState)
    {
        _state = new Option<string>("--state")
        {
            Description = "Folder for kubeconfig, addresses (sandbox.json) and logs.",
            DefaultValueFactory = _ => defaultState,
        };
        _state.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and < 4096 } folder || folder.Contains('\0') || File.Exists(folder))
                result.AddError(
                    $"--state: found {UsageErrors.Quote(result.Tokens.Count > 0 ? result.Tokens[0].Value : "")}, allowed is the name of a "
                        + "folder; it is made where it is not there");
        });
        _workloads.AcceptOnlyFromAmong([.. Modes.Keys]);
        _istioVersion.AcceptOnlyFromAmong(IstioVersions);
        _router.AcceptOnlyFromAmong([.. Routers.Keys]);
        _rate.Limit(rate => rate is > 0 and <= RateAtMost, $"a number above 0 and at most {RateAtMost:0}");
        _deployments.Limit(count => count is 1 or 2, "1 or 2");
        _port.Limit(port => port is >= 0 and <= 65535, "0 to 65535");
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _kubeConfig, _workloads, _seed, _rate, _port, _istioVersion, _deployments, _router,
            _noController, _state })
            command.Add(option);
    }

    public SandboxOptions Read(ParseResult parsed)
    {
        var kubeConfig = parsed.GetValue(_kubeConfig);
        if (kubeConfig is not null && !File.Exists(kubeConfig))
            throw new SandboxException($"--kubeconfig: {Path.GetFullPath(kubeConfig)} is not there", SandboxProblem.Unreachable);
        return new SandboxOptions(
            Path.GetFullPath(parsed.GetValue(_state)!), kubeConfig, parsed.GetValue(_port), Modes[parsed.GetValue(_workloads)!],
            parsed.GetValue(_seed),
            LoadOptions.Default with { Rate = parsed.GetValue(_rate) }, parsed.GetValue(_istioVersion)!, !parsed.GetValue(_noController),
            parsed.GetValue(_deployments) == 1 ? ShopLayout.OneDeployment : ShopLayout.TwoDeployments,
            Routers[parsed.GetValue(_router)!]);
    }
}
