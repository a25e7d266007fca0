using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Canary.Sandbox.World;

namespace Canary.Sandbox.Commands;

/// <summary>Starts the world of the demo and stays.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var flags = new SandboxFlags(".sandbox");
        var command = new Command("run",
            "Start the sandbox and stay until Ctrl-C: an API server, two versions of a service, a mesh, a load, Prometheus and the "
                + "controller.");
        flags.AddTo(command);
        command.SetAction((parsed, cancel) => RunAsync(flags.Read(parsed), cancel));
        return command;
    }

    private static async Task<int> RunAsync(SandboxOptions options, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Directory.CreateDirectory(options.StateFolder);
        using var file = new FileLog(Path.Combine(options.StateFolder, "sandbox.log"));
        Console.Error.WriteLine("starting the sandbox");
        await using var world = await SandboxWorld.StartAsync(options, TimeProvider.System, file.CreateLogger("sandbox"), cancel);
        Console.WriteLine(Addresses(options, world));
        try
        {
            await world.Broken.WaitAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Console.Error.WriteLine("stopping");
        }

        return 0;
    }

    private static string Addresses(SandboxOptions options, SandboxWorld world) => $"""
        The sandbox is running; its state is in memory and goes with it. Ctrl-C stops it.

          API server   {world.Server.Config.Server}{(world.Server.IsEmbedded ? "" : "  (not the sandbox's own)")}
          kubeconfig   {world.Server.KubeConfig}
          mesh         http://{world.Mesh.Address}/   (metrics http://{world.Mesh.MetricsAddress}/metrics)
          Prometheus   {world.Prometheus.Address}
          controller   {(world.Controller is { } controller ? $"{controller.Address}metrics   (process {controller.Id})" : "not started: canary controller --kubeconfig " + world.Server.KubeConfig + " --prometheus " + world.Prometheus.Address)}
          logs         {options.StateFolder}

        What to type next, in another terminal:

          source {RunningSandbox.Environment(options.StateFolder)}
          kubectl -n {ShopNames.Namespace} get rollouts,deployments,{(options.Router is ShopRouter.Istio ? "virtualservices" : "httproutes")}
          canary sandbox deploy --version 5.0.0 --error-rate 0.005 --latency 80ms
          canary status {ShopNames.Rollout.Name} -n {ShopNames.Namespace} --watch
          canary sandbox alert CheckoutErrors --state {options.StateFolder}
          curl -H 'Host: checkout.{ShopNames.Namespace}' "$CANARY_SHOP"/
        """;
}
