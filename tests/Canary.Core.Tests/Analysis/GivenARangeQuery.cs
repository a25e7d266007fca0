using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Templates;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenARangeQuery
{
    private static readonly DateTimeOffset Now = new(2026, 8, 14, 12, 30, 0, TimeSpan.Zero);

    [TestCase("now() - duration(\"10s\")", "now()", "5s", 10, 0)]
    [TestCase("now() - duration(\"1h\")", null, "1m", 3600, 0)]
    [TestCase("now() - duration('1h')", "now() - duration('10m')", "1m", 3000, 600)]
    [TestCase("now()-duration(`5m`)", "now( )", "15s", 300, 0)]
    [TestCase("now() - duration(\"1h\") - duration(\"30m\")", "now()", "1m", 5400, 0)]
    [TestCase("now() - duration(\"5m\") * 3", "now()", "1m", 900, 0)]
    [TestCase("now().Add(duration(\"-1h\"))", "now()", "1m", 3600, 0)]
    [TestCase("now().UTC() - duration(\"1h\")", "now()", "1m", 3600, 0)]
    [TestCase("let hour = duration(\"1h\"); now() - hour", "now()", "1m", 3600, 0)]
    [TestCase("-1h", "now", "1m", 3600, 0)]
    [TestCase("now-1h", "now-30m", "1m", 1800, 1800)]
    [TestCase("now - 1h30m", "now()", "1m", 5400, 0)]
    public void WhenItsTimesMoveWithTheMeasurement_ThenItLooksBackAsFar(string start, string? end, string step, int length, int ago)
    {
        var range = Read(start, end, step);

        Assert.That(range.Start, Is.Null);
        Assert.That((range.Length.TotalSeconds, range.Offset.TotalSeconds), Is.EqualTo((length, ago)));
        Assert.That(range.At(Now, out _), Is.EqualTo((Now.AddSeconds(-ago - length), Now.AddSeconds(-ago))));
    }

    [TestCase("date(\"2026-08-14\")", "now()", "2026-08-14T00:00:00Z", "2026-08-14T12:30:00Z")]
    [TestCase("date(\"2026-08-14T10:00:00Z\")", "date(\"2026-08-14T11:00:00Z\")", "2026-08-14T10:00:00Z", "2026-08-14T11:00:00Z")]
    [TestCase("2026-08-14T10:00:00Z", "2026-08-14T12:00:00+01:00", "2026-08-14T10:00:00Z", "2026-08-14T11:00:00Z")]
    [TestCase("2026-08-14", null, "2026-08-14T00:00:00Z", "2026-08-14T12:30:00Z")]
    [TestCase("1786701600", "1786705200", "2026-08-14T10:00:00Z", "2026-08-14T11:00:00Z")]
    [TestCase("1786701600.5", "now", "2026-08-14T10:00:00.5Z", "2026-08-14T12:30:00Z")]
    [TestCase("now().Unix() - 3600", "now()", "2026-08-14T11:30:00Z", "2026-08-14T12:30:00Z")]
    [TestCase("now().Truncate(duration(\"1h\"))", "now()", "2026-08-14T12:00:00Z", "2026-08-14T12:30:00Z")]
    [TestCase("now().Hour() >= 6 ? now() - duration(\"1h\") : now() - duration(\"6h\")", "now()", "2026-08-14T11:30:00Z",
        "2026-08-14T12:30:00Z")]
    [TestCase("now() - duration(\"1h\")", "now() + duration(\"1h\")", "2026-08-14T11:30:00Z", "2026-08-14T13:30:00Z")]
    public void WhenItsTimesAreOthers_ThenTheyAreFoundAtEachMeasurement(string start, string? end, string from, string to)
    {
        var range = Read(start, end, "1m");

        Assert.That(range.At(Now, out _),
            Is.EqualTo((DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture),
                DateTimeOffset.Parse(to, System.Globalization.CultureInfo.InvariantCulture))));
        Assert.That(MetricQueries.For(Metric(range), "shop", Now, out var problem), Is.Not.Null, problem);
    }

    [TestCase("yesterday", "now()", "start", "nothing is named \"yesterday\"")]
    [TestCase("now() - duration(\"1x\")", "now()", "start", "duration cannot read \"1x\"")]
    [TestCase("now() - ", "now()", "start", "at character 8")]
    [TestCase("now() - 5", "now()", "start", "needs numbers")]
    [TestCase("'now'", "now()", "start", "it is a text")]
    [TestCase("duration(\"1h\")", "now()", "start", "it is a duration")]
    [TestCase("result[0]", "now()", "start", "nothing is named \"result\"")]
    [TestCase("date(\"2026-13-14\")", "now()", "start", "date cannot read")]
    [TestCase("2026-13-14T00:00:00Z", "now()", "start", "cannot be read")]
    [TestCase("", "now()", "start", "is empty")]
    [TestCase("now() - duration(\"1h\")", "tomorrow", "end", "nothing is named \"tomorrow\"")]
    [TestCase("now()", "now() - duration(\"5m\")", "start", "at least 1s before the end")]
    [TestCase("now()", "now()", "start", "at least 1s before the end")]
    [TestCase("2026-08-14", "2026-08-13", "start", "never before the end")]
    [TestCase("now() - duration(\"24h\")", "now()", "step", "more than 11000 points", "1s")]
    [TestCase("now().Hour() > 12 ? now() : 1.5", "now()", "start", "it is a number")]
    [TestCase("now() - duration(\"1h\")", "now()", "step", "too short", "500ms")]
    public void WhenATimeIsNone_ThenItIsRefusedWithItsField(string start, string end, string field, string expected, string step = "1m")
    {
        var problems = TemplateResolver.Check(new AnalysisTemplateSpec("AnalysisTemplate t", [], [Template(start, end, step)]), []);

        Assert.That(problems.Select(problem => problem.ToString()),
            Has.Some.Contains($"spec.metrics[0].provider.prometheus.rangeQuery.{field}").And.Some.Contains(expected));
    }

    [Test]
    public void WhenARangeHasNoTimeAtAMeasurement_ThenItSaysSo()
    {
        var range = Read("2026-08-14T10:00:00Z", "now()", "1m");

        Assert.That(MetricQueries.For(Metric(range), "shop", Now.AddDays(-1), out var problem), Is.Null);
        Assert.That(problem, Does.Contain("not before its end"));
    }

    [TestCase("len(result) == 4", RunPhase.Successful)]
    [TestCase("result == [1, 2, 3, 4]", RunPhase.Successful)]
    [TestCase("all(result, # < 5)", RunPhase.Successful)]
    [TestCase("max(result) == 4 && min(result) == 1", RunPhase.Successful)]
    [TestCase("sum(result) / len(result) == 2.5", RunPhase.Successful)]
    [TestCase("result[-1] == 4", RunPhase.Successful)]
    [TestCase("any(result, # > 4)", RunPhase.Failed)]
    [TestCase("all(result, all(.Values, # < 5))", RunPhase.Successful)]
    [TestCase("all(result[0].Values, # < 3)", RunPhase.Failed)]
    [TestCase("len(result) == 2 and result[1].Labels.pod == 'a'", RunPhase.Successful)]
    public void WhenItIsAnswered_ThenAConditionSeesOneListOfAllValues(string condition, RunPhase expected) =>
        Assert.That(MetricJudge.Judge(A.Metric with { SuccessCondition = condition }, Answers.Matrix([1, 2], [3, 4])).Verdict,
            Is.EqualTo(expected));

    private static MetricTemplate Template(string start, string? end, string step) => new(
        "m", null, null, null, null, null, null, null, null, null,
        PrometheusTemplate.Default with { Query = "up", Range = new RangeTemplate(null, step) { Start = start, End = end } }, null);

    private static QueryRange Read(string start, string? end, string step)
    {
        var resolution = TemplateResolver.Resolve(new TemplateRequest(
            [new AnalysisTemplateSpec("AnalysisTemplate t", [], [Template(start, end, step)])], [], [], [], MustEnd: false));
        Assert.That(resolution, Is.TypeOf<TemplateResolution.Resolved>(), resolution.ToString());
        return ((ProviderSpec.Prometheus)((TemplateResolution.Resolved)resolution).Run.Metrics[0].Provider).Range!;
    }

    private static MetricSpec Metric(QueryRange range) => A.Metric with { Provider = A.Prometheus with { Range = range } };
}
