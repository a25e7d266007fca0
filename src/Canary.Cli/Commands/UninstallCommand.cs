using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Cli.Reading;
using Canary.Cli.Removing;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Cli.Commands;

/// <summary>Says what becomes of the traffic of every Rollout when Canary is uninstalled, and changes nothing.</summary>
internal static class UninstallCommand
{
    public static Command Create(CommandIo io)
    {
        var command = new Command("uninstall",
            "Say what happens to the traffic of each rollout, of all namespaces or of -n, when Canary is uninstalled (--check). Exit code: 0 if nothing speaks against "
                + "it, else 1");
        var cluster = new ClusterOptions();
        var check = new Option<bool>("--check") { Description = "Only say what would happen; nothing is changed" };
        var lease = new Option<string>("--lease-name")
        {
            Description = "Name of the controller's Lease, in any namespace",
            DefaultValueFactory = _ => "canary-controller",
        };
        lease.CheckNames();
        var output = OutputOption.Create();
        command.Options.Add(check);
        command.Options.Add(lease);
        command.Options.Add(output);
        cluster.AddTo(command);
        command.Validators.Add(result =>
        {
            if (!result.GetValue(check))
                result.AddError("this command only checks: add --check. To uninstall, delete the Rollouts while the controller runs "
                    + "(kubectl delete rollouts --all --all-namespaces --wait), and then what you installed (kubectl delete -k)");
        });
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, io, async (at, token) =>
        {
            var report = await ReadAsync(at, cluster.Namespace(parsed), parsed.GetValue(lease)!, io.Error, io.Time.GetUtcNow(), token);
            await io.Output.WriteAsync(parsed.GetValue(output) switch
            {
                "json" => PrintedDocuments.ToJson(report.ToDocument()),
                "yaml" => PrintedDocuments.ToYaml(report.ToDocument()),
                _ => report.ToText(),
            });
            return report.Problems == 0 ? ExitCode.Done : ExitCode.Failed;
        }, cancel));
        return command;
    }

    private static async Task<RemovalReport> ReadAsync(ClusterConnection at, string? space, string lease, TextWriter error,
        DateTimeOffset now, CancellationToken cancel)
    {
        var rollouts = (await at.Client.ListAllAsync(KnownKinds.Rollouts, space, ListOptions.All, cancel)).Items;
        var forecasts = new List<RemovalForecast>();
        foreach (var document in rollouts.OrderBy(rollout => ObjectName.Of(rollout).ToString(), StringComparer.Ordinal))
            forecasts.Add(await ForecastAsync(at, document, cancel));
        return new RemovalReport(
            forecasts.Count == 0 ? null : await ControllerLease.FindProblemAsync(at, lease, error, now, cancel), forecasts);
    }

    private static async Task<RemovalForecast> ForecastAsync(ClusterConnection at, JsonObject document, CancellationToken cancel)
    {
        var name = ObjectName.Of(document);
        var rollout = RemovedRollout.Read(document);
        var (stable, canary) = (await FindAsync("stable"), await FindAsync("canary"));
        var details = new RolloutDetails(document, [], SideDetails.Find(document, "stable", stable, null),
            SideDetails.Find(document, "canary", canary, null));
        var isTurned = rollout.Status.StableSide is Side.NamedCanary;
        return RemovalForecast.Of(rollout, SideDeployment.Read(isTurned ? canary : stable), SideDeployment.Read(isTurned ? stable : canary),
            UnseenChanges.Describe(details), rollout.InForce?.Workload is null ? null : await FindPausedAsync());

        async Task<JsonObject?> FindAsync(string role) => SideDetails.Name(document["spec"], role) is { } workload
            ? await at.Client.FindAsync(KnownKinds.Deployments, new ObjectName(name.Namespace, workload), cancel) : null;

        async Task<string?> FindPausedAsync()
        {
            try
            {
                return (await at.Client.ListAllAsync(KnownKinds.ScaledObjects, name.Namespace, ListOptions.All, cancel)).Items
                    .Where(one => (string?)one["metadata"]?["annotations"]?[RemovedRollout.PausedFor] == name.Name)
                    .Select(one => ObjectName.Of(one).Name).FirstOrDefault();
            }
            catch (ApiException failure) when (!failure.IsUnanswered)
            {
                // There is no KEDA, or who asks may not read its objects.
                return null;
            }
        }
    }
}
