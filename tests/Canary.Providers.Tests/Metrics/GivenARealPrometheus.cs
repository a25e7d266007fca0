using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

public sealed class GivenARealPrometheus
{
    private RealPrometheus _prometheus = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _prometheus = await RealPrometheus.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_prometheus is not null) await _prometheus.DisposeAsync();
    }

    private MetricQuery Query(string query) => Asked.Query(_prometheus.Address, query) with { At = DateTimeOffset.UtcNow };

    private async Task<double[]> ValuesAsync(string query) =>
        [.. ((MetricAnswer.Vector)await Asked.AskAsync(Query(query))).Samples.Select(sample => sample.Value)];

    [Test]
    public async Task WhenAVectorIsAsked_ThenItsValuesCome()
    {
        Assert.That(await ValuesAsync("vector(0.25)"), Is.EqualTo(new[] { 0.25 }));
        Assert.That(await ValuesAsync("up"), Is.EqualTo(new[] { 1.0 }));
        Assert.That(await ValuesAsync("vector(0) / 0"), Is.EqualTo(new[] { double.NaN }));
        Assert.That(await ValuesAsync("vector(-1) / 0"), Is.EqualTo(new[] { double.NegativeInfinity }));
        Assert.That(await ValuesAsync("no_such_metric"), Is.Empty);
    }

    [Test]
    public async Task WhenAScalarOrAStringIsAsked_ThenThatComes()
    {
        Assert.That(await Asked.AskAsync(Query("scalar(vector(3))")), Is.EqualTo(new MetricAnswer.Scalar(3, [])));
        Assert.That(await Asked.AskAsync(Query("\"text\"")), Is.EqualTo(new MetricAnswer.Text("text")));
    }

    [Test]
    public async Task WhenATimeIsGiven_ThenItIsTheEvaluationTime() =>
        Assert.That(
            await Asked.AskAsync(Asked.Query(_prometheus.Address, "time()")), Is.EqualTo(new MetricAnswer.Scalar(1_700_000_000.25, [])));

    [Test]
    public async Task WhenARangeIsAsked_ThenTheSeriesHasItsPoints()
    {
        var answer = (MetricAnswer.Matrix)await Asked.AskAsync(
            Query("vector(7)") with { Range = new QueryRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(15)) });

        Assert.That(answer.Series.Single().Points.Select(point => point.Value), Is.EqualTo(new[] { 7.0, 7, 7, 7, 7 }));
    }

    [Test]
    public async Task WhenTheQueryIsLong_ThenItIsAnsweredToo() =>
        Assert.That(await ValuesAsync(string.Join(" + ", Enumerable.Repeat("vector(1)", 400))), Is.EqualTo(new[] { 400.0 }));

    [Test]
    public async Task WhenTheQueryDoesNotParse_ThenItsPositionIsSaid() =>
        Assert.That(
            await Asked.FaultAsync(Query("sum(up")),
            Does.Contain("400 bad_data").And.Contains("1:7: parse error").And.EndsWith("the query is: sum(up"));

    [Test]
    public async Task WhenTheQueryCannotBeCarriedOut_ThenTheReasonIsSaid() =>
        Assert.That(
            await Asked.FaultAsync(Query("label_replace(vector(1), \"a\", \"$1\", \"b\", \"(\")")),
            Does.Contain("422 execution").And.Contains("regular expression"));

    [Test]
    public async Task WhenThePathIsWrong_ThenItIsSaid() =>
        Assert.That(
            await Asked.FaultAsync(Asked.Query($"{_prometheus.Address}/prometheus")), Does.Contain("404").And.Contains("path prefix"));

    [TestCase(RedSignal.Requests)]
    [TestCase(RedSignal.Errors)]
    [TestCase(RedSignal.Duration)]
    public async Task WhenAPresetIsAsked_ThenItIsValidPromQlAndNoTrafficIsNoData(RedSignal signal)
    {
        foreach (var preset in RedPreset.All)
        {
            Argument[] subject =
                [.. preset.Placeholders.Select(name => new Argument(name, name == "pod_ip_re" ? @"10\.0\.0\.1" : "a\"b\\c"))];

            var values = await ValuesAsync(preset.Query(signal, subject, 0.99, TimeSpan.FromSeconds(90)));

            Assert.That(values.Where(double.IsFinite), Is.Empty, preset.Key);
            Assert.That(await ValuesAsync(preset.Volume(subject, TimeSpan.FromSeconds(90))), Is.Empty, preset.Key);
            Argument[] other = [.. preset.Placeholders.Select(name => new Argument(name, "b.|c"))];
            RedQuery[] questions =
                [.. new[] { subject, other }.Select(one => preset.Question(signal, one, 0.99, TimeSpan.FromSeconds(90), RedSide.Canary))];
            if (!questions[0].IsAlone) Assert.That(await ValuesAsync(RedQuery.Together(questions)), Is.Empty, $"{preset.Key}, together");
        }
    }
}
