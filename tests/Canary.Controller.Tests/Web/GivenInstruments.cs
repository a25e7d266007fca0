using System.Collections.Generic;
using System.Diagnostics.Metrics;
using Canary.Controller.Web;
using NUnit.Framework;

namespace Canary.Controller.Tests.Web;

public sealed class GivenInstruments
{
    private Meter meter = null!;
    private MetricsPage page = null!;

    [SetUp]
    public void Listen()
    {
        meter = new Meter(TestContext.CurrentContext.Test.FullName);
        page = new MetricsPage([meter.Name]);
    }

    [TearDown]
    public void End()
    {
        page.Dispose();
        meter.Dispose();
    }

    [Test]
    public void WhenACounterCounts_ThenItsSeriesAreShown()
    {
        var counter = meter.CreateCounter<long>("canary.verdicts", null, "By verdict.");

        counter.Add(2, new KeyValuePair<string, object?>("verdict", "failed"));
        counter.Add(1, new KeyValuePair<string, object?>("verdict", "failed"));
        counter.Add(1, new KeyValuePair<string, object?>("verdict", "error"));

        Assert.That(page.Render(), Is.EqualTo(
            "# HELP canary_verdicts_total By verdict.\n# TYPE canary_verdicts_total counter\ncanary_verdicts_total{verdict=\"error\"} 1\ncanary_verdicts_total{verdict=\"failed\"} 3\n"));
    }

    [Test]
    public void WhenALabelHoldsQuotesAndLines_ThenTheyAreEscaped()
    {
        meter.CreateCounter<int>("odd", null, "Two\nlines, one \\").Add(1, new KeyValuePair<string, object?>("name", "a\"b\\c\nd"));

        var text = page.Render();

        Assert.That(text, Does.Contain("odd_total{name=\"a\\\"b\\\\c\\nd\"} 1\n"));
        Assert.That(text, Does.Contain("# HELP odd_total Two\\nlines, one \\\\\n"));
    }

    [Test]
    public void WhenAHistogramRecords_ThenItsBucketsAreCumulative()
    {
        var histogram = meter.CreateHistogram<double>("took", "s", "", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });

        histogram.Record(0.1);
        histogram.Record(0.5);
        histogram.Record(7);

        Assert.That(page.Render(), Does.EndWith(
            "took_seconds_bucket{le=\"0.1\"} 1\ntook_seconds_bucket{le=\"1\"} 2\ntook_seconds_bucket{le=\"+Inf\"} 3\ntook_seconds_sum 7.6\ntook_seconds_count 3\n"));
    }

    [Test]
    public void WhenTheSubjectOfAGaugeIsGone_ThenItsSeriesIsToo()
    {
        var rollouts = new List<string> { "checkout", "cart" };
        meter.CreateObservableGauge("weight", () => rollouts.ConvertAll(name => new Measurement<double>(25.5, new KeyValuePair<string, object?>("rollout", name))));

        var before = page.Render();
        rollouts.Remove("cart");
        var after = page.Render();

        Assert.That(before, Does.Contain("weight{rollout=\"cart\"} 25.5\n"));
        Assert.That(after, Does.Not.Contain("cart").And.Contain("weight{rollout=\"checkout\"} 25.5\n"));
    }

    [Test]
    public void WhenAValueIsNotANumber_ThenItIsWrittenAsPrometheusReadsIt()
    {
        var values = new Queue<double>([double.NaN, double.PositiveInfinity, double.NegativeInfinity]);
        meter.CreateObservableGauge("odd", () => values.Dequeue());

        Assert.That((page.Render(), page.Render(), page.Render()), Is.EqualTo((
            "# HELP odd \n# TYPE odd gauge\nodd NaN\n", "# HELP odd \n# TYPE odd gauge\nodd +Inf\n", "# HELP odd \n# TYPE odd gauge\nodd -Inf\n")));
    }

    [Test]
    public void WhenAMeterIsNotAsked_ThenItIsNotShown()
    {
        using var other = new Meter("other");
        other.CreateCounter<int>("secret").Add(1);

        Assert.That(page.Render(), Is.Empty);
    }
}
