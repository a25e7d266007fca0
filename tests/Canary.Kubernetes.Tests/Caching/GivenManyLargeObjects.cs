using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Caching;

/// <summary>Twenty objects of 200 KB of text: whoever parses them allocates megabytes.</summary>
public sealed class GivenManyLargeObjects
{
    private const int Few = 100_000;
    private const string All = "there are one-01, one-02, one-03, one-04, one-05, one-06, one-07, one-08, one-09, one-10, one-11, one-12, "
        + "one-13, one-14, one-15, one-16, one-17, one-18, one-19, one-20";

    private FakeApi _api = null!;
    private ApiClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _api = await FakeApi.StartAsync();
        _client = A.Client(_api);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _api.DisposeAsync();
    }

    [Test]
    public void WhenTheyAreListed_ThenTheyAreParsed() =>
        Assert.That(Allocated(Cache(KnownKinds.Services).List, out _), Is.GreaterThan(20 * 200_000));

    [Test]
    public void WhenTheirNamesAreAskedFor_ThenNoneIsParsed()
    {
        Assert.That(Allocated(Cache(KnownKinds.Services).Names, out var names), Is.LessThan(Few));
        Assert.That(names, Has.Count.EqualTo(20));
    }

    [Test]
    public void WhenADeploymentIsNotThere_ThenTheMessageParsesNone()
    {
        var deployments = new ReferencedObjects(_client, KnownKinds.Deployments, null, _ => true, one => one, TimeProvider.System,
            NullLogger.Instance);
        deployments.Cache.Load(Objects(KnownKinds.Deployments));

        Assert.That(Allocated(deployments.DescribeNames, out var message), Is.LessThan(Few));
        Assert.That(message, Is.EqualTo(All));
    }

    [Test]
    public void WhenADestinationRuleIsNotThere_ThenTheMessageParsesNone()
    {
        var rules = new SubsetLabels(ObjectLookup.Of(Cache(IstioKinds.DestinationRules)));

        var bytes = Allocated(ns => rules.Problem(ns, new SideSpec("checkout", "v1", null), "missing", "stable"), out var problem);

        Assert.That(bytes, Is.LessThan(Few));
        Assert.That(problem.Message, Does.EndWith(All));
    }

    [Test]
    public void WhenATemplateIsNotThere_ThenTheMessageParsesNone()
    {
        var templates = ObjectLookup.Of(Cache(KnownKinds.AnalysisTemplates));
        var reading = new TemplateReading(templates, templates, templates, _ => templates);
        var missing = new List<SpecError>();
        EquatableArray<TemplateReference> references = [new TemplateReference("missing", IsClusterScoped: false)];

        var bytes = Allocated(ns => reading.Expand(ns, references, "spec", missing, []), out _);

        Assert.That(bytes, Is.LessThan(Few));
        Assert.That(missing.Last().Message, Does.EndWith(All));
    }

    [Test]
    public void WhenThereAreMoreThanAMessageCanShow_ThenItSaysHowMany()
    {
        ObjectName[] names = [.. Enumerable.Range(0, 21).Select(number => new ObjectName("shop", $"one-{number}"))];

        Assert.That(ExistingNames.Describe(names, "shop"), Is.EqualTo("there are 21 others in namespace shop"));
        Assert.That(ExistingNames.Describe(names, null), Is.EqualTo("there are 21 others"));
        Assert.That(ExistingNames.Describe([], "shop"), Is.EqualTo("there is none in namespace shop"));
    }

    private ResourceCache Cache(ResourceKind kind)
    {
        var cache = new ResourceCache(_client, kind, ResourceCacheOptions.All, TimeProvider.System, NullLogger.Instance);
        cache.Load(Objects(kind));
        return cache;
    }

    private static ObjectList Objects(ResourceKind kind) => new(
        [.. Enumerable.Range(1, 20).Select(number => new JsonObject
        {
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = $"one-{number:00}", ["namespace"] = "shop", ["resourceVersion"] = "1" },
            ["text"] = new string('x', 200_000),
        })],
        "1", null);

    private static long Allocated<T>(Func<string, T> look, out T answer)
    {
        look("warehouse");
        var before = GC.GetAllocatedBytesForCurrentThread();
        answer = look("shop");
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
