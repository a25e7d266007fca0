using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Canary.Benchmarks;

/// <summary>
/// One tick of the real <see cref="Measurer"/>: so many rollouts, each with the errors, the p99 and the number of requests of its own
/// Service, against a source that answers at once and counts. Alone: each asks another address, so that nothing can be shared; all else is
/// the same.
/// </summary>
internal static partial class SharedQueriesBenchmark
{
    private const int Repeats = 15;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    public static async Task<(int Queries, TimeSpan Time, long Bytes)> RunAsync(int rollouts, bool isShared)
    {
        var ticks = new List<(int Queries, TimeSpan Time, long Bytes)>();
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var source = new CountingSource();
            var inbox = new MeasurementInbox();
            var measurer = new Measurer([source], inbox, TimeProvider.System, NullLogger<Measurer>.Instance);
            var left = rollouts;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var runs = Enumerable.Range(0, rollouts).Select(number => Run(number, isShared)).ToArray();
            measurer.Finished += rollout =>
            {
                if (inbox.Peek(rollout.Name).Count == 2 && Interlocked.Decrement(ref left) == 0) done.TrySetResult();
            };
            foreach (var run in runs) measurer.Watch(new RolloutName("shop", run.Uid), run);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var clock = Stopwatch.StartNew();
            measurer.Tick(Start);
            // An answer is told after it was put into the inbox: the last one completes it.
            while (!done.Task.IsCompleted && runs.Any(run => inbox.Peek(run.Uid).Count < 2)) await Task.Yield();
            ticks.Add((source.Count, clock.Elapsed, GC.GetTotalAllocatedBytes(precise: true) - before));
        }

        // The median of those after the first, which compiles.
        return ticks.Skip(1).OrderBy(tick => tick.Time).ElementAt((Repeats - 1) / 2);
    }

    private static RunSnapshot Run(int number, bool isShared)
    {
        var connection = new ProviderSpec.Prometheus(isShared ? "http://prometheus:9090"
            : $"http://prometheus-{number}:9090", "", null, TimeSpan.FromSeconds(30), null, [], false, null);
        MetricSpec Metric(RedSignal signal) => new(
            signal.ToString(), TimeSpan.FromSeconds(30), null, TimeSpan.Zero, TimeSpan.Zero, null, null, 0, 0, 4,
            new ProviderSpec.Red("istio-service", signal, 0.99, TimeSpan.FromMinutes(1), [new("ns", "shop"), new("svc", $"svc-{number}")],
                connection)
            { Max = 1 });
        var spec = new RunSpec([Metric(RedSignal.Errors), Metric(RedSignal.Duration)]);
        return new RunSnapshot(new RunKey("9d21aa", 1, null), $"run-{number}", $"run-{number}", "1", Start, spec,
            AnalysisMachine.Start(spec, RunStatus.New, Start));
    }

    private sealed partial class CountingSource : IMetricSource
    {
        private int _count;

        public int Count => _count;

        public string Provider => MetricQueries.Prometheus;

        public Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
        {
            Interlocked.Increment(ref _count);
            var names = Service().Matches(query.Query).Select(match => match.Value.Replace(@"\\", "", StringComparison.Ordinal))
                .Distinct(StringComparer.Ordinal);
            return Task.FromResult<MetricAnswer>(
                new MetricAnswer.Vector([.. names.Select(name => new Sample([new Label("destination_service", name)], 0.5))], []));
        }

        [GeneratedRegex(@"svc-\d+(\\\\)?\.shop(\\\\)?\.svc(\\\\)?\.cluster(\\\\)?\.local")]
        private static partial Regex Service();
    }
}
