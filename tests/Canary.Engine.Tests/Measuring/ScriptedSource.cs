using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Ports;

namespace Canary.Engine.Tests.Measuring;

/// <summary>A source whose answers come when the test gives them.</summary>
internal sealed class ScriptedSource : IMetricSource
{
    private readonly Lock _gate = new();
    private readonly List<(MetricQuery Query, TaskCompletionSource<MetricAnswer> Answer)> _open = [];
    private readonly List<MetricQuery> _asked = [];
    private int _givenUp;

    public string Provider => "prometheus";

    public int GivenUp => _givenUp;

    public IReadOnlyList<MetricQuery> Asked
    {
        get { lock (_gate) return [.. _asked]; }
    }

    public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<MetricAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _asked.Add(query);
            _open.Add((query, answer));
        }

        await using var _ = cancel.Register(() =>
        {
            Interlocked.Increment(ref _givenUp);
            answer.TrySetCanceled(cancel);
        });
        return await answer.Task;
    }

    /// <summary>Answers every open query whose text this is.</summary>
    public void Answer(string query, MetricAnswer answer)
    {
        lock (_gate)
        {
            foreach (var open in _open.Where(open => open.Query.Query == query)) open.Answer.TrySetResult(answer);
            _open.RemoveAll(open => open.Query.Query == query);
        }
    }

    public void Throw(Exception exception)
    {
        lock (_gate)
        {
            foreach (var open in _open) open.Answer.TrySetException(exception);
            _open.Clear();
        }
    }
}
