using System;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Canary.Benchmarks;
using Canary.Benchmarks.Connection;
using Canary.Benchmarks.Reconcile;

if (args is ["reconcile", .. var words]) return await ReconcileOptions.Command(ReconcileBenchmark.RunAsync).Parse(words).InvokeAsync();
if (args is ["connection", .. var asked]) return await ConnectionOptions.Command(ConnectionBenchmark.RunAsync).Parse(asked).InvokeAsync();
if (args is ["connection-client", .. var client])
{
    await ConnectionClient.RunAsync(client, Console.Out, CancellationToken.None);
    return 0;
}

if (args is ["reconcile-world", var folder])
{
    using var end = new CancellationTokenSource();
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = true;
        end.Cancel();
    });
    await WorldServer.RunAsync(folder, end.Token);
    return 0;
}

// Each line compares, in one run, what is shared with what would be sent if nothing were.
Console.Out.WriteLine(
    "| rollouts | queries a tick, shared | alone | ratio | time a tick, shared | alone | ratio | allocated a rollout, shared | alone |");
Console.Out.WriteLine("|---|---|---|---|---|---|---|---|---|");
int[] numbers = [.. args.Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
foreach (var rollouts in numbers.Length > 0 ? numbers : [1, 100, 1_000])
{
    var shared = await SharedQueriesBenchmark.RunAsync(rollouts, isShared: true);
    var alone = await SharedQueriesBenchmark.RunAsync(rollouts, isShared: false);
    Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {rollouts:N0} | {shared.Queries} | {alone.Queries} | {(double)alone.Queries / shared.Queries:0.#} | "
            + $"{shared.Time.TotalMilliseconds:0.00} ms | {alone.Time.TotalMilliseconds:0.00} ms | {alone.Time / shared.Time:0.#} | "
            + $"{shared.Bytes / rollouts / 1024.0:0.0} KiB | {alone.Bytes / rollouts / 1024.0:0.0} KiB |"));
}

Console.Out.WriteLine();
Console.Out.WriteLine("| rollouts | CPU time a scrape | allocated a scrape | page | held a rollout |");
Console.Out.WriteLine("|---|---|---|---|---|");
foreach (var rollouts in numbers.Length > 0 ? numbers : [100, 1_000, 10_000])
{
    var scrape = await ScrapeBenchmark.RunAsync(rollouts);
    Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {rollouts:N0} | {scrape.Cpu.TotalMilliseconds:0.0} ms | {scrape.Allocated / 1e6:0.0} MB | {scrape.Page / 1e6:0.00} MB "
            + $"| {scrape.Held / rollouts:N0} bytes |"));
}

return 0;
