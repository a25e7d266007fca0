using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;
using Canary.Engine.Alerts;
using Canary.Fuzzing;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Fuzzing;

/// <summary>
/// Two rollouts in one process. One is fed every kind of bad input while it releases; the other releases as if it were alone, to the
/// second; and an abort of the bad one is carried out whenever its status and its route can be written.
/// </summary>
public sealed class GivenABadNeighbour
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(110);

    private static readonly Dictionary<bool, IReadOnlyList<string>> _alone = [];

    private static readonly ResourceKind[] Kinds =
    [
        KnownKinds.Rollouts, KnownKinds.Services, KnownKinds.Deployments, KnownKinds.EndpointSlices, KnownKinds.Pods,
        KnownKinds.ReplicaSets, IstioKinds.VirtualServices, KnownKinds.AnalysisTemplates, KnownKinds.AnalysisRuns,
    ];

    [Test]
    public void WhenItReleasesAlone_ThenItIsPromotedInManySteps()
    {
        var story = Alone(isRestarted: true);

        Assert.That(story.Count(line => line.Contains("weight", StringComparison.Ordinal)), Is.GreaterThan(5));
        Assert.That(story[^1], Does.Contain("Healthy").And.Contain("desired 0"));
    }

    [Test]
    public void WhenOneGetsBadInput_ThenTheOtherReleasesAsIfAloneAndAnAbortIsCarriedOut()
    {
        var inputs = 0;
        FuzzRun.Each(24, seed =>
        {
            var mutator = new Mutator(seed);
            var isRestarted = seed % 2 == 0;
            var world = new TwoRollouts(TwoRollouts.Good, TwoRollouts.Bad);
            Begin(world, isRestarted);
            var abortAt = 12 + mutator.Number(30);
            // One kind of input at a time for some, all of them together for others.
            var only = mutator.Number(2) == 0 ? mutator.Number(Kinds.Length + 3) : (int?)null;
            for (var at = 3.0; at < abortAt; at += 0.5 + mutator.Number(3))
            {
                for (var strikes = 1 + mutator.Number(4); strikes > 0; strikes--, inputs++)
                    world.In(TimeSpan.FromSeconds(at), () => Strike(world, mutator, only ?? mutator.Number(Kinds.Length + 3)));
            }

            var isOwed = false;
            world.In(TimeSpan.FromSeconds(abortAt), () => isOwed = Abort(world));
            // Traffic does not return to a side of which no pod is known to be ready.
            world.In(TimeSpan.FromSeconds(abortAt + 10), () => Mend(world));
            world.Live(Length);

            Assert.That(world.Story, Is.EqualTo(Alone(isRestarted)));
            if (isOwed) Assert.That(world.Weight("cart"), Is.Zero, Told(world));
            return isOwed ? "aborted" : "no abort possible";
        }).HasAtLeast(30, "aborted");
        TestContext.Out.WriteLine($"{inputs} bad inputs");
    }

    private static IReadOnlyList<string> Alone(bool isRestarted)
    {
        if (_alone.TryGetValue(isRestarted, out var known)) return known;
        var world = new TwoRollouts(TwoRollouts.Good);
        Begin(world, isRestarted);
        world.Live(Length);
        return _alone[isRestarted] = world.Story;
    }

    private static void Begin(TwoRollouts world, bool isRestarted)
    {
        world.In(TimeSpan.FromSeconds(2), world.Ship);
        if (isRestarted) world.In(TimeSpan.FromSeconds(20), world.Restart);
    }

    private static void Strike(TwoRollouts world, Mutator mutator, int kind)
    {
        if (kind == Kinds.Length) world.BadAnswer = Answer(mutator);
        else if (kind == Kinds.Length + 1) world.Alerts.Hear([Alert(mutator, world.Now)]);
        else if (kind == Kinds.Length + 2) Request(world, mutator);
        else Mutate(world, mutator, Kinds[kind]);
    }

    private static void Request(TwoRollouts world, Mutator mutator)
    {
        var valid = new JsonObject
        {
            ["id"] = $"r{mutator.Number(1000)}",
            ["action"] = mutator.Pick(["pause", "resume", "retry", "promote"]),
            ["by"] = "ann"
        };
        var text = JsonText.TryParse(mutator.Number(2) == 0 ? mutator.Next(valid) : mutator.Text(valid.ToJsonString()), out _, out _)
            ? mutator.Text(valid.ToJsonString()) : mutator.Next(valid);
        world.Api.Edit(KnownKinds.Rollouts, "cart",
            one => one["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/request"] = text });
    }

    // What is stored is what a server would send: identity stays, everything else may be anything.
    private static void Mutate(TwoRollouts world, Mutator mutator, ResourceKind kind)
    {
        var ours = world.Api.All(kind.Plural).Select(Json.Name).Where(name => name.StartsWith("cart", StringComparison.Ordinal)).ToArray();
        if (ours.Length == 0) return;
        var name = mutator.Pick(ours);
        var original = TwoRollouts.Objects("cart").FirstOrDefault(one => Json.Text(one, "kind") == kind.Kind && Json.Name(one) == name);
        world.Api.Edit(kind, name, one =>
        {
            var isRestored = original is not null && mutator.Number(4) == 0;
            var part = mutator.Pick(["spec", "status", "metadata", "endpoints"]);
            if (one[part] is not { } valid) part = kind == KnownKinds.EndpointSlices ? "endpoints" : "spec";
            if (isRestored) one["spec"] = original!["spec"]?.DeepClone();
            else if (JsonText.ReadObject(Encoding.UTF8.GetBytes(
                mutator.Next(new JsonObject { ["x"] = one[part]?.DeepClone() }))) is JsonObject next) Replace(one, part, next["x"]);
        });
    }

    private static void Replace(JsonObject document, string part, JsonNode? next)
    {
        if (part != "metadata")
        {
            document[part] = next?.DeepClone();
            return;
        }

        if (next is not JsonObject metadata) return;
        foreach (var field in new[] { "labels", "annotations", "ownerReferences", "finalizers" })
            document["metadata"]![field] = metadata[field]?.DeepClone();
    }

    private static void Mend(TwoRollouts world)
    {
        foreach (var original in TwoRollouts.Objects("cart").Where(one => Json.Name(one) is not ("cart" or "cart-canary" or "cart-errors")))
        {
            world.Api.Edit(Kinds.Single(kind => kind.Kind == Json.Text(original, "kind")), Json.Name(original), one =>
            {
                foreach (var part in new[] { "spec", "status", "endpoints" }) one[part] = original[part]?.DeepClone();
                foreach (var part in new[] { "labels", "ownerReferences" })
                    one["metadata"]![part] = original["metadata"]![part]?.DeepClone();
                if (one["status"] is JsonObject status) status["observedGeneration"] = Json.Whole(one, "metadata", "generation") + 1;
            });
        }
    }

    private static Func<Task<MetricAnswer>> Answer(Mutator mutator)
    {
        var number = mutator.Pick([double.NaN, double.PositiveInfinity, 1e300, -1e300, 0.001, 0.5]);
        MetricAnswer answer = mutator.Number(6) switch
        {
            0 => new MetricAnswer.Scalar(number, []),
            1 =>
                new MetricAnswer.Vector([new Sample([new Label("a", "1"), new Label("a", "2"), new Label("", "\ud800")], number)],
                    ["\ud800"]),
            2 =>
                new MetricAnswer.Matrix([new Series([new Label("a", "1"), new Label("a", "2")],
                    [new Point(DateTimeOffset.MaxValue, number), new Point(DateTimeOffset.MinValue, number)])], []),
            3 => new MetricAnswer.Text("\ud800"),
            4 => new MetricAnswer.Faulted(""),
            _ => new MetricAnswer.Vector([], []),
        };
        return mutator.Number(8) switch
        {
            0 => () => throw new InvalidOperationException("it cannot be asked"),
            1 => () => Task.FromException<MetricAnswer>(new FormatException("it cannot be read")),
            2 => () => new TaskCompletionSource<MetricAnswer>().Task,
            _ => () => Task.FromResult(answer),
        };
    }

    private static HeardAlert Alert(Mutator mutator, DateTimeOffset now) => new(
        [new Label("alertname", mutator.Pick(["a", "", "\ud800"])), new Label("service", "cart"), new Label("service", "cart")],
        mutator.Pick([now, DateTimeOffset.MinValue, DateTimeOffset.MaxValue]),
        mutator.Number(2) == 0)
    { EndsAt = mutator.Pick<DateTimeOffset?>([null, now, DateTimeOffset.MaxValue]) };

    private static string Told(TwoRollouts world) => $"an abort was asked for; {world.LastFailure}\n" + string.Join('\n', new[]
    {
        world.Api.Find(KnownKinds.Rollouts, "cart")!["metadata"]!["annotations"], world.Api.Find(KnownKinds.Rollouts, "cart")!["status"],
        world.Api.Find(IstioKinds.VirtualServices, "cart")
    }.Select(one => one?.ToJsonString() is { } text ? text[..Math.Min(text.Length, 3_000)] : "nothing"));

    /// <summary>Somebody asks for an abort.</summary>
    /// <returns>It can be carried out: a rollout runs that is not promoted yet, and its route can be written.</returns>
    private static bool Abort(TwoRollouts world)
    {
        if (world.Api.Find(KnownKinds.Rollouts, "cart") is not { } document) return false;
        var snapshot = RolloutMapping.Read(document);
        world.Api.Edit(KnownKinds.Rollouts, "cart", one =>
        {
            if (one["metadata"]!["annotations"] is not JsonObject) one["metadata"]!["annotations"] = new JsonObject();
            one["metadata"]!["annotations"]!["canary.delivery/request"] = "{\"id\":\"the-abort\",\"action\":\"abort\",\"by\":\"ann\"}";
        });
        if (snapshot.Status is not { IsRunning: true, Accepted: { } accepted, Promotion: null } || snapshot.Deletion.IsAsked) return false;
        if (world.Api.Find(IstioKinds.VirtualServices, "cart") is not { } route
            || accepted.Traffic.Router is not IstioSpec istio) return false;
        return istio.VirtualServices.Select(one => one.Name).SequenceEqual(["cart"])
            && IstioRoutes.Find(route, istio.VirtualServices[0], accepted.Traffic, "shop", "spec") is { Routes.Count: 1 } found
            && found.Problems.Count == 0;
    }
}
