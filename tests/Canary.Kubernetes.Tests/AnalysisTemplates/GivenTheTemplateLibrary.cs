using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.AnalysisTemplates;

/// <summary>Every template that we ship: valid, resolved with nothing but what a Rollout gives, and simulated on good, bad and missing
/// traffic.</summary>
public sealed class GivenTheTemplateLibrary
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly Argument[] Subject =
        [new("ns", "shop"), new("svc", "checkout-canary"), new("workload", "checkout-canary"), new("subset_ver", "v2")];

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(RepositoryFolder.PathTo("analysis-templates"), "istio-*.yaml").Select(file => Path.GetFileName(file)!)
        .Order();

    private static JsonObject Document(string file) => Yaml.Object(File.ReadAllText(RepositoryFolder.PathTo("analysis-templates", file)));

    private static RunSpec Resolve(string file, bool mustEnd, params Argument[] arguments)
    {
        var (template, errors) = TemplateMapping.Read(Document(file));
        Assert.That(errors, Is.Empty);
        var resolution = TemplateResolver.Resolve(new TemplateRequest([template], [.. arguments], [], [.. Subject], mustEnd));
        return resolution is TemplateResolution.Resolved resolved ? resolved.Run
            : throw new AssertionException(string.Join("\n", ((TemplateResolution.Invalid)resolution).Problems));
    }

    private static MetricAnswer Answer(double? value) =>
        new MetricAnswer.Vector(value is { } number ? [new Sample([], number)] : default(EquatableArray<Sample>), []);

    /// <summary>Lets a run go on for a number of ticks with these values for errors and duration.</summary>
    private static RunStatus Simulate(RunSpec spec, int ticks, double? errors, double? duration)
    {
        var status = AnalysisMachine.Start(spec, RunStatus.New, Start);
        for (var now = Start; ticks > 0 && status.EndedAt is null; ticks--)
        {
            now = AnalysisGrid.NextDueAt(spec, status, now)!.Value;
            FinishedMeasurement[] finished = [.. AnalysisGrid.Due(spec, status, now)
                .Select(due => new FinishedMeasurement(due.Metric.Name, due.DueAt, now,
                    Answer(((ProviderSpec.Red)due.Metric.Provider).Signal == RedSignal.Errors ? errors : duration)))];
            status = AnalysisMachine.Advance(spec, status, finished, now);
        }

        return status;
    }

    [TestCaseSource(nameof(Files))]
    public void WhenItIsRead_ThenTheSchemaAndTheLinterAreContent(string file)
    {
        var document = Document(file);
        var problems = new List<string>();

        SchemaCheck.Check(CanaryResources.AnalysisTemplate.Spec, document["spec"], "spec",
            (path, message) => problems.Add($"{path}: {message}"));
        problems.AddRange(TemplateResolver.Check(TemplateMapping.Read(document).Template, []).Select(error => error.ToString()));

        Assert.That(problems, Is.Empty);
        Assert.That((Json.Text(document, "apiVersion"), Json.Text(document, "kind"), Json.Name(document)),
            Is.EqualTo(("canary.delivery/v1alpha1", "AnalysisTemplate", Path.GetFileNameWithoutExtension(file))));
    }

    [TestCaseSource(nameof(Files))]
    public void WhenNothingIsGiven_ThenTheCanarySideOfTheRolloutIsMeasured(string file)
    {
        foreach (var metric in Resolve(file, mustEnd: false).Metrics)
        {
            var query = MetricQueries.For(metric, "shop", Start, out _)!;

            Assert.That(query.Query, Does.Contain("destination_service=\"checkout-canary.shop.svc.cluster.local\"").And.Contains("[60s]"));
            Assert.That((query.Address, metric.Interval, metric.Count, metric.Window),
                Is.EqualTo(((string?)null, (TimeSpan?)TimeSpan.FromSeconds(30), (int?)null, TimeSpan.FromMinutes(1))));
        }
    }

    [TestCaseSource(nameof(Files))]
    public void WhenItIsAStep_ThenACountMakesItEnd(string file)
    {
        var spec = Resolve(file, mustEnd: true, new Argument("count", "5"), new Argument("preset", "istio-version"),
            new Argument("prometheus", "http://prometheus:9090/x"));

        var status = Simulate(spec, 20, 0.001, 120);

        Assert.That((status.Phase, status.EndedAt), Is.EqualTo((RunPhase.Successful, (DateTimeOffset?)Start.AddSeconds(60 + (4 * 30)))));
        Assert.That(MetricQueries.For(spec.Metrics[0], "shop", Start, out _)!.Address, Is.EqualTo("http://prometheus:9090/x"));
    }

    [TestCaseSource(nameof(Files))]
    public void WhenTrafficIsGood_ThenItGoesOnAndIsConclusive(string file)
    {
        var spec = Resolve(file, mustEnd: false);

        var status = Simulate(spec, 40, 0.01, 500);

        Assert.That((status.Phase, AnalysisMachine.IsConclusive(spec, status)), Is.EqualTo((RunPhase.Running, true)));
    }

    [TestCaseSource(nameof(Files))]
    public void WhenTrafficIsBad_ThenTheSecondMeasurementTakesItBack(string file)
    {
        var status = Simulate(Resolve(file, mustEnd: false), 20, 0.041, 812);

        Assert.That((status.Phase, status.EndedAt), Is.EqualTo((RunPhase.Failed, (DateTimeOffset?)Start.AddSeconds(90))));
        Assert.That(status.Message,
            Does.Contain(file.Contains("latency", StringComparison.Ordinal) ? "p99 812 ms"
                : "error rate 4.1%").And.Contains("second failure in a row"));
    }

    [TestCaseSource(nameof(Files))]
    public void WhenThereIsNoTraffic_ThenItWaitsAndThenAsksAPerson(string file)
    {
        var spec = Resolve(file, mustEnd: false);

        Assert.That((Simulate(spec, 10, null, double.NaN).Phase, AnalysisMachine.IsConclusive(spec, Simulate(spec, 10, null, double.NaN))),
            Is.EqualTo((RunPhase.Running, false)));
        Assert.That(Simulate(spec, 11, null, double.NaN).Phase, Is.EqualTo(RunPhase.Inconclusive));
    }

    [Test]
    public void WhenTemplatesAreUsedTogether_ThenNoTwoHaveDifferentDefaultsForAnArgument()
    {
        var defaults = Directory.EnumerateFiles(RepositoryFolder.PathTo("analysis-templates"), "*.yaml")
            .Select(file => Document(Path.GetFileName(file))).Where(document => Json.Text(document, "kind") == "AnalysisTemplate")
            .SelectMany(document => TemplateMapping.Read(document).Template.Arguments.Where(argument => argument.Value is not null))
            .ToArray();

        Assert.That(defaults, Has.Length.GreaterThan(100));
        Assert.That(defaults.Distinct().GroupBy(argument => argument.Name).Where(same => same.Count() > 1)
            .Select(same => string.Join(" and ", same)), Is.Empty);
    }

    [Test]
    public void WhenTheTableIsRead_ThenItNamesEveryTemplate()
    {
        var table = File.ReadAllText(RepositoryFolder.PathTo("analysis-templates", "README.md"));

        Assert.That(Files().Where(file => !table.Contains($"({file})", StringComparison.Ordinal)), Is.Empty);
    }
}
