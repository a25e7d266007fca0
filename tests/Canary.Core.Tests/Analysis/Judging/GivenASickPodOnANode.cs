using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Judging;

/// <summary>Four pods of stable, of which the last fails far more often than the others, and two of the canary.</summary>
public sealed class GivenASickPodOnANode
{
    private const string Said = "; without pod s3 of stable{0}, which is far worse than the others";

    [TestCase("node", "worker-7.eu.example.com", " (node worker-7.eu.example.com)")]
    [TestCase("kubernetes_node", "worker-7", " (node worker-7)")]
    [TestCase("node", "10.0.3.7", "", TestName = "WhenTheLabelIsAnAddress_ThenItIsNotTakenForANode")]
    [TestCase("zone", "a", "", TestName = "WhenNoLabelSaysIt_ThenThePodAloneIsNamed")]
    public void WhenItsSeriesHaveTheLabel_ThenItIsNamedWithItsNode(string label, string value, string expected) =>
        Assert.That(Judge(_ => new Label(label, value)), Does.Contain(string.Format(null, Said, expected)));

    [Test]
    public void WhenItsSeriesContradictEachOther_ThenThePodAloneIsNamed() => Assert.That(
        Judge(code => new Label("node", code == "200" ? "worker-1" : "worker-2")), Does.Contain(string.Format(null, Said, "")));

    private static string Judge(System.Func<string, Label> onSick)
    {
        var status = MetricCount.New("errors");
        var (canary, stable) = (Side("c", 2, onSick), Side("s", 4, onSick));
        for (var due = 60; due <= 600; due += 30)
            status = MetricCount.Add(A.ComparedErrors, status, new FinishedMeasurement("errors", A.At(due), A.At(due), Until(canary, due))
            {
                Baseline = Until(stable, due),
            }, A.Start);
        return status.Measurements[^1].Message;
    }

    private static MetricAnswer.Matrix Until(IEnumerable<Series> series, double to) =>
        new([.. series.Select(one => one with { Points = [.. one.Points.Where(point => point.At <= A.At(to - 30))] })], []);

    private static Series[] Side(string side, int pods, System.Func<string, Label> onSick) =>
    [
        .. from pod in Enumerable.Range(0, pods)
           from code in new[] { "200", "503" }
           let isSick = side == "s" && pod == 3
           let each = code == "200" ? 3000 : isSick ? 60 : 15
           select new Series(
               [new("pod", $"{side}{pod}"), new("response_code", code), isSick ? onSick(code) : new("node", "worker-0")],
               [.. Enumerable.Range(-12, 52).Select(scrape => new Point(A.At(15 * scrape), each * (scrape + 12.0)))]),
    ];
}
