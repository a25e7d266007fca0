using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;
using Canary.Engine.Tests.World;
using Canary.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Engine.Tests.Measuring;

public sealed class GivenRunsInFlight
{
    private static readonly RolloutName Checkout = new("shop", "checkout");
    private static readonly RolloutName Basket = new("shop", "basket");
    private static readonly MetricAnswer Good = new MetricAnswer.Vector([new Sample([], 0.001)], []);

    private ManualTime _time = null!;
    private ScriptedSource _source = null!;
    private MeasurementInbox _inbox = null!;
    private Measurer _measurer = null!;
    private ConcurrentQueue<RolloutName> _news = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime(A.Morning);
        _source = new ScriptedSource();
        _inbox = new MeasurementInbox();
        _measurer = new Measurer([_source], _inbox, _time, NullLogger<Measurer>.Instance);
        _news = new ConcurrentQueue<RolloutName>();
        _measurer.Finished += _news.Enqueue;
    }

    private static MetricSpec Metric(string name, string query, string? address = null, string provider = "prometheus") =>
        new(name, TimeSpan.FromSeconds(5), null, TimeSpan.Zero, TimeSpan.Zero, "result[0] < 0.01", null, 0, 0, 4,
            provider == "prometheus" ? A.Query with { Query = query, Address = address }
            : new ProviderSpec.Red(provider, RedSignal.Errors, 0.99, TimeSpan.FromMinutes(1), [], A.Query));

    private static RunSnapshot Run(string uid, params MetricSpec[] metrics)
    {
        var spec = new RunSpec([.. metrics]);
        return new(new RunKey("9d21aa", 1, null), uid, uid, "1", A.Morning, spec, AnalysisMachine.Start(spec, RunStatus.New, A.Morning));
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private void TickAt(double seconds)
    {
        _time.Advance(A.Morning.AddSeconds(seconds) - Now);
        _measurer.Tick(Now);
    }

    // Queries run on threads of their own: the test waits for the state that it is about, never for a length of time.
    private static Task UntilAsync(Func<bool> isTrue) => Task.Run(async () =>
    {
        while (!isTrue()) await Task.Yield();
    }).WaitAsync(TimeSpan.FromSeconds(30));

    [Test]
    public async Task WhenARunCannotBeMeasured_ThenTheOthersAre()
    {
        _measurer.Watch(Basket, Run("bad", Metric(null!, "q")));
        _measurer.Watch(Checkout, Run("good", Metric("errors", "q")));

        TickAt(0);
        await UntilAsync(() => _source.Asked.Count == 1);

        Assert.That(() => _measurer.NextDueAt(Now), Throws.Nothing);
    }

    [Test]
    public void WhenAnAnswerCannotBeJudged_ThenItIsAFailedMeasurementAndTheNextOneCounts()
    {
        var run = Run("a", Metric("errors", "q"));
        var odd = new FinishedMeasurement("errors", A.Morning, A.Morning, new MetricAnswer.Matrix([null!], []));
        var good = new FinishedMeasurement("errors", A.Morning.AddSeconds(5), A.Morning.AddSeconds(5), Good);

        _inbox.Put("a", odd);
        _inbox.Put("a", good);
        var counted = _inbox.Count("a", run.Spec, run.Status, A.Morning.AddSeconds(6)).Next.Metrics[0];

        Assert.That((counted.Errors, counted.Successful), Is.EqualTo((1, 1)));
        Assert.That(counted.Measurements[0].Message, Does.Contain("cannot be judged"));
    }

    [Test]
    public async Task WhenATickComes_ThenItIsSentOnceAndTheAnswerIsNews()
    {
        _measurer.Watch(Checkout, Run("a", Metric("errors", "q")));

        TickAt(0);
        TickAt(1);
        await UntilAsync(() => _source.Asked.Count == 1);
        Assert.That(_measurer.NextDueAt(Now), Is.Null, "it is on its way");
        _source.Answer("q", Good);
        await UntilAsync(() => !_news.IsEmpty);

        Assert.That(_news, Is.EqualTo(new[] { Checkout }));
        Assert.That(_inbox.Peek("a"), Is.EqualTo(new[] { new FinishedMeasurement("errors", A.Morning, A.Morning.AddSeconds(1), Good) }));
        Assert.That(_source.Asked.Single().At, Is.EqualTo(A.Morning));
        Assert.That(_measurer.NextDueAt(Now), Is.EqualTo(A.Morning.AddSeconds(5)), "although no saved status counts the first");
    }

    [Test]
    public async Task WhenTwoRolloutsAskTheSame_ThenItIsSentOnceForBoth()
    {
        _measurer.Watch(Checkout, Run("a", Metric("errors", "q")));
        _measurer.Watch(Basket, Run("b", Metric("failures", "q"), Metric("latency", "other")));

        TickAt(0);
        await UntilAsync(() => _source.Asked.Count == 2);
        _source.Answer("q", Good);
        await UntilAsync(() => _news.Count == 2);

        Assert.That(_source.Asked.Select(query => query.Query).Order(), Is.EqualTo(new[] { "other", "q" }));
        Assert.That((_inbox.Peek("a").Single().Metric, _inbox.Peek("b").Single().Metric), Is.EqualTo(("errors", "failures")));
    }

    [Test]
    public async Task WhenOneQueryHangs_ThenTheOthersGoOn()
    {
        _measurer.Watch(Checkout, Run("a", Metric("hangs", "never"), Metric("errors", "q")));

        for (var second = 0; second <= 20; second += 5)
        {
            TickAt(second);
            await UntilAsync(() => _source.Asked.Count(query => query.Query == "q") == (second / 5) + 1);
            _source.Answer("q", Good);
            await UntilAsync(() => _inbox.Peek("a").Count == (second / 5) + 1);
        }

        Assert.That(_source.Asked.Count(query => query.Query == "never"), Is.EqualTo(1), "one at a time for a metric");
    }

    [Test]
    public async Task WhenAServerHangs_ThenOtherServersAreAskedAndItsOwnLineIsBounded()
    {
        MetricSpec[] hanging = [.. Enumerable.Range(0, 100).Select(index => Metric($"m{index}", $"never{index}", "http://hangs"))];
        _measurer.Watch(Checkout, Run("a", hanging));
        _measurer.Watch(Basket, Run("b", Metric("errors", "q", "http://answers")));

        TickAt(0);
        await UntilAsync(() => _source.Asked.Any(query => query.Query == "q")
            && _source.Asked.Count == (QueryQueue.MostToOneAddress / 2) + 1);
        _source.Answer("never0", Good);
        await UntilAsync(() => _source.Asked.Count == (QueryQueue.MostToOneAddress / 2) + 2);

        Assert.That(_source.Asked[^1].Query, Is.EqualTo("never8"), "the next in line; the other half is left free for other rollouts");
        Assert.That(_measurer.NextDueAt(Now), Is.EqualTo(A.Morning.AddSeconds(5)),
            "the one that was answered; what waits in line is not due again");
    }

    [Test]
    public void WhenAnswersComeAtOnceAndTheLineIsLong_ThenAllOfItIsSent()
    {
        var source = new FakeSource();
        var measurer = new Measurer([source], _inbox, _time, NullLogger<Measurer>.Instance);
        measurer.Watch(Checkout, Run("a", [.. Enumerable.Range(0, 5_000).Select(index => Metric($"m{index}", $"q{index}"))]));

        measurer.Tick(Now);

        Assert.That((source.Asked, _inbox.Peek("a").Count), Is.EqualTo((5_000, 5_000)));
    }

    [Test]
    public async Task WhenASourceNeverAnswers_ThenItIsGivenUpAndIsAFailedMeasurement()
    {
        _measurer.Watch(Checkout, Run("a", Metric("errors", "never")));

        TickAt(0);
        await UntilAsync(() => _source.Asked.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(36));
        await UntilAsync(() => !_news.IsEmpty);

        Assert.That(_inbox.Peek("a").Single().Answer, Is.EqualTo(new MetricAnswer.Faulted("no answer within 35 s")));
    }

    [Test]
    public async Task WhenASourceThrows_ThenItIsAFailedMeasurementAndTheNextTickComes()
    {
        _measurer.Watch(Checkout, Run("a", Metric("errors", "q")));

        TickAt(0);
        await UntilAsync(() => _source.Asked.Count == 1);
        _source.Throw(new InvalidOperationException("a bug"));
        await UntilAsync(() => !_news.IsEmpty);

        Assert.That(_inbox.Peek("a").Single().Answer, Is.EqualTo(new MetricAnswer.Faulted("metric source prometheus failed: a bug")));
        Assert.That(_measurer.NextDueAt(Now), Is.EqualTo(A.Morning.AddSeconds(5)));
    }

    [Test]
    public async Task WhenARunIsForgotten_ThenItsQueriesAreGivenUpAndNothingOfItComesIn()
    {
        _measurer.Watch(Checkout, Run("a", Metric("errors", "q"), Metric("shared", "both")));
        _measurer.Watch(Basket, Run("b", Metric("shared", "both")));
        TickAt(0);
        await UntilAsync(() => _source.Asked.Count == 2);

        _measurer.Forget("a");
        await UntilAsync(() => _source.GivenUp == 1);
        _source.Answer("both", Good);
        await UntilAsync(() => !_news.IsEmpty);

        Assert.That((_inbox.Peek("a").Count, _inbox.Peek("b").Count, _source.GivenUp), Is.EqualTo((0, 1, 1)));
        Assert.That(_news, Is.EqualTo(new[] { Basket }));
    }

    [Test]
    public async Task WhenTheSameQueryIsAskedAfterItWasGivenUp_ThenItIsSentAgain()
    {
        _measurer.Watch(Checkout, Run("a", Metric("errors", "q")));
        TickAt(0);
        await UntilAsync(() => _source.Asked.Count == 1);

        _measurer.Forget("a");
        _measurer.Watch(Basket, Run("b", Metric("errors", "q")));
        TickAt(0);
        await UntilAsync(() => _source.Asked.Count == 2);
        _source.Answer("q", Good);
        await UntilAsync(() => _inbox.Peek("b").Count == 1);

        Assert.That(_inbox.Peek("b").Single().Answer, Is.EqualTo(Good));
    }

    [Test]
    public async Task WhenWhatCameInDecidesTheRun_ThenNothingMoreIsAsked()
    {
        _measurer.Watch(Checkout, Run("a", Metric("errors", "q")));

        TickAt(0);
        await UntilAsync(() => _source.Asked.Count == 1);
        _source.Answer("q", new MetricAnswer.Vector([new Sample([], 0.5)], []));
        await UntilAsync(() => !_news.IsEmpty);

        Assert.That(_measurer.NextDueAt(Now), Is.Null);
    }

    [Test]
    public async Task WhenAnOlderStatusIsTold_ThenNoTickIsAskedTwice()
    {
        var run = Run("a", Metric("errors", "q"));
        _measurer.Watch(Checkout, run);
        TickAt(0);
        await UntilAsync(() => _source.Asked.Count == 1);
        _source.Answer("q", Good);
        await UntilAsync(() => !_news.IsEmpty);

        _inbox.Acknowledge("a", _inbox.Peek("a"));
        _measurer.Watch(Checkout, run);
        TickAt(1);

        Assert.That(_measurer.NextDueAt(A.Morning.AddSeconds(5)), Is.EqualTo(A.Morning.AddSeconds(5)));
        Assert.That(_source.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public void WhenARunCannotBeAsked_ThenThatIsItsMeasurement()
    {
        _measurer.Watch(Checkout, Run("a", Metric("errors", "", provider: "istio-future")));

        TickAt(0);

        Assert.That(((MetricAnswer.Faulted)_inbox.Peek("a").Single().Answer).Reason,
            Does.StartWith("there is no preset \"istio-future\"; there are istio-workload"));
        Assert.That(_news, Is.EqualTo(new[] { Checkout }));
    }

    [Test]
    public void WhenARunHasNotStarted_ThenNothingIsAsked()
    {
        var run = Run("a", Metric("errors", "q"));
        _measurer.Watch(Checkout, run with { Status = RunStatus.New });

        TickAt(100);

        Assert.That((_source.Asked.Count, _measurer.NextDueAt(Now)), Is.EqualTo((0, (DateTimeOffset?)null)));
    }
}
