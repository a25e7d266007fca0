using System;
using System.CommandLine;
using System.IO;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.World;
using Canary.Usage;

namespace Canary.Sandbox.Commands;

/// <summary>Ships a version into a sandbox that is running.</summary>
internal static partial class DeployCommand
{
    private const string WrittenKubeConfig = ".sandbox/kubeconfig";

    public static Command Create()
    {
        var version = new Option<string>("--version")
        {
            Description = "Name of the version, such as 5.0.0: letters, digits, dots, dashes.",
            Required = true,
        };
        var errorRate =
            new Option<double>("--error-rate") { Description = "Share of requests that fail, 0 to 1.", DefaultValueFactory = _ => 0 };
        var latency =
            new Option<string>("--latency") { Description = "Median response time, such as 80ms.", DefaultValueFactory = _ => "8ms" };
        var kubeConfig = new Option<string?>("--kubeconfig")
        {
            Description = $"Kubeconfig of the sandbox. Default: KUBECONFIG, else {WrittenKubeConfig}.",
        };
        var deployment = new Option<string?>("--deployment")
        {
            Description = $"Deployment to change, as namespace/name. Default: the one that Rollout {ShopNames.Rollout} releases.",
        };
        version.Validators.Add(result =>
        {
            if (!VersionText().IsMatch(result.GetValueOrDefault<string>() ?? ""))
            {
                result.AddError(
                    $"--version: found {UsageErrors.Quote(result.GetValueOrDefault<string>() ?? "")}, allowed are up to 63 letters, "
                        + "digits, dots, dashes and "
                    + "underscores, beginning and ending with a letter or digit");
            }
        });
        errorRate.Limit(share => share is >= 0 and <= 1, "a share from 0 to 1");
        latency.Validators.Add(result =>
        {
            if (!DocumentDuration.TryParse(result.GetValueOrDefault<string>(), out _))
                result.AddError(
                    $"--latency: found {UsageErrors.Quote(result.GetValueOrDefault<string>() ?? "")}, allowed is a length of time such as "
                        + "80ms or 1.5s");
        });
        deployment.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>()?.Split('/') is not (null or [{ Length: > 0 }, { Length: > 0 }]))
                result.AddError(
                    $"--deployment: found {UsageErrors.Quote(result.GetValueOrDefault<string>() ?? "")}, allowed is namespace/name");
        });
        var command = new Command(
            "deploy",
            "Release a version in a running sandbox: it changes the pod template of the Deployment, as a pipeline would.")
        {
            version, errorRate, latency, kubeConfig, deployment,
        };
        command.SetAction((parsed, cancel) => DeployAsync(
            parsed.GetValue(kubeConfig), parsed.GetValue(deployment),
            new ShippedVersion(parsed.GetValue(version)!, parsed.GetValue(errorRate), DocumentDuration.Parse(parsed.GetValue(latency)!)),
            parsed.InvocationConfiguration.Output, cancel));
        return command;
    }

    private static async Task<int> DeployAsync(string? kubeConfig, string? deployment, ShippedVersion version, TextWriter output,
        CancellationToken cancel)
    {
        var path = kubeConfig ?? (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")) && File.Exists(WrittenKubeConfig)
            ? WrittenKubeConfig : null);
        using var api = new ApiClient(KubeConfig.Load(path, null), TimeProvider.System, ApiClientOptions.OneAttempt);
        try
        {
            var name = deployment?.Split('/') is [var space, var given] ? new ObjectName(space, given)
                : await new OwningRollout(api).ReleasedByAsync(ShopNames.Rollout, cancel);
            return await DeployAsync(api, name, version, output, cancel);
        }
        catch (Exception odd) when (odd is InvalidOperationException or ArgumentException or InvalidCastException or FormatException
            or JsonException)
        {
            throw new SandboxException(
                $"an answer of {api.Config.Server} has fields of another form than they are defined. Is this the kubeconfig of a sandbox?",
                SandboxProblem.Unreachable);
        }
    }

    private static async Task<int> DeployAsync(ApiClient api, ObjectName deployment, ShippedVersion version, TextWriter output,
        CancellationToken cancel)
    {
        var (rollout, side) = await new OwningRollout(api).FindAsync(deployment, cancel);
        if (side == RolloutSide.Stable)
            throw new SandboxException(
                $"Deployment {deployment} is the stable side of Rollout {rollout}: a version is shipped to its canary side, from where "
                    + "Canary promotes it");
        await new VersionShipper(api).ShipAsync(deployment, version, cancel);
        await output.WriteLineAsync(rollout is { } found
            ? $"shipped {version.Version} to Deployment {deployment} of Rollout {found}. Watch it: canary "
                + $"status {found.Name} -n {found.Namespace} --watch"
            : $"shipped {version.Version} to Deployment {deployment}. No Rollout names it, so no traffic is moved to it");
        return (int)SandboxExitCode.Done;
    }

    [GeneratedRegex("^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex VersionText();
}
