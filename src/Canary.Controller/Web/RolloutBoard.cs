using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Engine.Ports;

namespace Canary.Controller.Web;

/// <summary>The rollouts as their last pass left them, for <c>/metrics</c>. Empty where another process leads, so that no rollout is counted twice.</summary>
internal sealed class RolloutBoard : IDisposable
{
    public const string MeterName = "Canary.Controller";

    private readonly ConcurrentDictionary<RolloutName, RolloutStatus> statuses = new();
    private readonly Meter meter = new(MeterName);
    private readonly Histogram<double> passes;
    private readonly Counter<long> failures;

    public RolloutBoard(Func<bool> isLeading)
    {
        passes = meter.CreateHistogram<double>("canary.reconcile.duration", "s", "Time of one pass over a rollout.");
        failures = meter.CreateCounter<long>("canary.reconcile.errors", null, "Passes that failed and are tried again.");
        meter.CreateObservableGauge("canary.leader", () => isLeading() ? 1 : 0, null, "1 where this process leads.");
        meter.CreateObservableGauge("canary.rollouts", ByPhase, null, "Rollouts by phase.");
        meter.CreateObservableGauge("canary.rollout.weight", Weights, null, "Weight of the canary in percent: what is desired, and what every route shows.");
        meter.CreateObservableGauge("canary.rollout.step", Steps, null, "Index of the step in force.");
        meter.CreateObservableGauge("canary.rollout.phase", Phases, null, "The phase of a rollout, always 1.");
    }

    public void Show(RolloutName name, RolloutStatus status) => statuses[name] = status;

    public void Remove(RolloutName name) => statuses.TryRemove(name, out _);

    public void Clear() => statuses.Clear();

    public void Passed(TimeSpan took) => passes.Record(took.TotalSeconds);

    public void Failed() => failures.Add(1);

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<int>> ByPhase()
    {
        var counts = statuses.Values.CountBy(status => status.Phase).ToDictionary();
        return Enum.GetValues<Phase>().Select(phase => new Measurement<int>(counts.GetValueOrDefault(phase), Tag("phase", phase)));
    }

    private IEnumerable<Measurement<double>> Weights()
    {
        foreach (var (name, status) in statuses)
        {
            yield return new Measurement<double>((double)status.Weights.Desired.Percent, [.. Labels(name), Tag("kind", "desired")]);
            if (status.Weights.Applied is { } applied) yield return new Measurement<double>((double)applied.Percent, [.. Labels(name), Tag("kind", "applied")]);
        }
    }

    private IEnumerable<Measurement<int>> Steps() => statuses.Select(one => new Measurement<int>(one.Value.CurrentStepIndex, Labels(one.Key)));

    private IEnumerable<Measurement<int>> Phases() => statuses.Select(one => new Measurement<int>(1, [.. Labels(one.Key), Tag("phase", one.Value.Phase)]));

    private static KeyValuePair<string, object?>[] Labels(RolloutName name) => [Tag("namespace", name.Namespace), Tag("rollout", name.Name)];

    private static KeyValuePair<string, object?> Tag(string key, object value) => new(key, Convert.ToString(value, CultureInfo.InvariantCulture));
}
