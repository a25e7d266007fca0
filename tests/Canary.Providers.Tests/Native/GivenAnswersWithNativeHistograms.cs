using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;
using Canary.Providers.Tests.Metrics;
using NUnit.Framework;

namespace Canary.Providers.Tests.Native;

public sealed class GivenAnswersWithNativeHistograms
{
    // Exponential buckets with a bucket of zero, as Prometheus 2.42 and 3 answer; and custom ones, as Prometheus 3.
    private const string Exponential =
        """{"metric":{"__name__":"x","pod":"a"},"histograms":[[1700000000,{"count":"3","sum":"9.5","buckets":[[3,"-0.001","0.001","1"],[0,"1.0905077326652577","1.189207115002721","2"]]}],[1700000015.5,{"count":"0","sum":"0"}]]}""";

    private const string Custom =
        """{"metric":{"pod":"b"},"histograms":[[1700000000,{"count":"12","sum":"9.5","buckets":[[1,"-Inf","0.1","7"],[0,"2.5","+Inf","5"]]}]]}""";

    private const string Values = """{"metric":{"pod":"c"},"values":[[1700000000,"1"]]}""";

    private const string Both =
        """{"metric":{"pod":"d"},"values":[[1700000000,"1"]],"histograms":[[1700000015,{"count":"1","sum":"1","buckets":[[0,"1","2","1"]]}]]}""";

    [Test]
    public async Task WhenHistogramsAreTaken_ThenTheyAreReadAndValuesAreLeftOut()
    {
        var answer = (MetricAnswer.Matrix)await AnswerAsync(Matrix(Exponential, Custom, Values, Both), takesHistograms: true);

        Assert.That(answer.Series, Is.EqualTo((EquatableArray<Series>)
        [
            new Series([new("__name__", "x"), new("pod", "a")], [])
            {
                Histograms =
                [
                    new(At(0), new NativeHistogram(3, [new(-0.001, 0.001, 1), new(1.0905077326652577, 1.189207115002721, 2)])),
                    new(At(15.5), new NativeHistogram(0, [])),
                ],
            },
            new Series([new("pod", "b")], [])
            {
                Histograms = [new(At(0), new NativeHistogram(12,
                    [new(double.NegativeInfinity, 0.1, 7), new(2.5, double.PositiveInfinity, 5)]))],
            },
            new Series([new("pod", "d")], []) { Histograms = [new(At(15), new NativeHistogram(1, [new(1, 2, 1)]))] },
        ]));
    }

    [Test]
    public async Task WhenAVectorHasOne_ThenItIsASampleWithoutAValue()
    {
        var answer = (MetricAnswer.Vector)await AnswerAsync(
            """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1700000000,{"count":"3","sum":"9.5","buckets":[[0,"1","2","3"]]}]},{"metric":{},"value":[1700000000,"1"]}]}}""",
            takesHistograms: true);

        Assert.That(answer.Samples.Single().Histogram, Is.EqualTo(new NativeHistogram(3, [new(1, 2, 3)])));
        Assert.That(answer.Samples.Single().Value, Is.NaN);
    }

    [TestCase(Exponential)]
    [TestCase(Custom)]
    [TestCase(Both)]
    [TestCase("""{"metric":{},"value":[1700000000,"1"],"histogram":[1700000000,{"count":"3","sum":"9.5"}]}""")]
    public async Task WhenNumbersAreWanted_ThenItIsAFaultAndNotAHalfOfTheAnswer(string series) =>
        Assert.That(await AnswerAsync(Matrix(Values, series), takesHistograms: false), Is.TypeOf<MetricAnswer.Faulted>()
            .With.Property("Reason").Contains("native histograms").And.Property("Reason").Contains("histogram_quantile"));

    [TestCase("""[1,"3"]""")]
    [TestCase("""[1,{"sum":"3"}]""")]
    [TestCase("""[1,{"count":3}]""")]
    [TestCase("""[1,{"count":"3","buckets":{}}]""")]
    [TestCase("""[1,{"count":"3","buckets":[[0,"1","2"]]}]""")]
    [TestCase("""[1,{"count":"3","buckets":[[0,"2","1","3"]]}]""")]
    [TestCase("""[1,{"count":"3","buckets":[[0,"NaN","1","3"]]}]""")]
    [TestCase("""[1,{"count":"3","buckets":[[0,"1","2","+Inf"]]}]""")]
    [TestCase("""[1,{"count":"3","buckets":["x"]}]""")]
    [TestCase("""["a",{"count":"3"}]""")]
    public async Task WhenAHistogramCannotBeRead_ThenItIsAFault(string pair) =>
        Assert.That(await AnswerAsync(Matrix($$"""{"metric":{},"histograms":[{{pair}}]}"""), takesHistograms: true),
            Is.TypeOf<MetricAnswer.Faulted>().With.Property("Reason").Contains("no pair of time and native histogram"));

    private static string Matrix(params string[] series) =>
        $$$"""{"status":"success","data":{"resultType":"matrix","result":[{{{string.Join(',', series)}}}]}}""";

    private static DateTimeOffset At(double seconds) => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).AddSeconds(seconds);

    private static async Task<MetricAnswer> AnswerAsync(string body, bool takesHistograms)
    {
        await using var server = new FakeServer(_ => FakeServer.Json(body));
        return await Asked.AskAsync(Asked.Query(server.Address) with { TakesHistograms = takesHistograms });
    }
}
