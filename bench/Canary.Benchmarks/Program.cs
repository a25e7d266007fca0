using System;
using System.Globalization;
using System.Linq;
using Canary.Benchmarks;

// Each line compares, in one run, what is shared with what would be sent if nothing were.
Console.Out.WriteLine("| rollouts | queries a tick, shared | alone | ratio | time a tick, shared | alone | ratio | allocated a rollout, shared | alone |");
Console.Out.WriteLine("|---|---|---|---|---|---|---|---|---|");
foreach (var rollouts in args.Length > 0 ? args.Select(word => int.Parse(word, CultureInfo.InvariantCulture)) : [1, 100, 1000])
{
    var shared = await SharedQueriesBenchmark.RunAsync(rollouts, isShared: true);
    var alone = await SharedQueriesBenchmark.RunAsync(rollouts, isShared: false);
    Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {rollouts:N0} | {shared.Queries} | {alone.Queries} | {(double)alone.Queries / shared.Queries:0.#} | {shared.Time.TotalMilliseconds:0.00} ms | {alone.Time.TotalMilliseconds:0.00} ms | {alone.Time / shared.Time:0.#} | {shared.Bytes / rollouts / 1024.0:0.0} KiB | {alone.Bytes / rollouts / 1024.0:0.0} KiB |"));
}
