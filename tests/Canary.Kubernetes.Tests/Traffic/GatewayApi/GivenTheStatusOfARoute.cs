using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.GatewayApi;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.GatewayApi;

/// <summary>What the controllers of the parents say decides whether a weight that was written is in effect.</summary>
public sealed class GivenTheStatusOfARoute
{
    private static readonly RolloutStatus Raising = RolloutStatus.New with
    {
        Weights = new WeightStatus(Weight.FromPercent(20), Weight.FromPercent(5), Weight.FromPercent(5)),
    };

    private static GatewayRouteDocument Route => new(GatewayKinds.HttpRoutes, new RouteReference("HTTPRoute", "checkout", []),
        new TrafficSpec(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new GatewaySpec([])), "shop", "p");

    [Test]
    public void WhenNoControllerHasLookedAtTheWeight_ThenItIsNotConfirmed_AndItIsSaidWho()
    {
        var route = Route.Read(Document(Parent(3)), Raising).Routes.Single();

        Assert.That(route.NamedCanaryWeight, Is.EqualTo(Weight.FromPercent(5)));
        Assert.That(route.IsChanging, Is.True);
        Assert.That(route.Awaited, Does.Contain("Gateway infra/public").And.Contain("example.com/gateway").And.Contain("generation 3"));
    }

    [TestCase(4)]
    [TestCase(null)]
    public void WhenTheControllerHasLooked_OrSaysNotWhen_ThenItIsConfirmed(int? observed)
    {
        var route = Route.Read(Document(Parent(observed)), Raising).Routes.Single();

        Assert.That((route.NamedCanaryWeight, route.Awaited), Is.EqualTo((Weight.FromPercent(20), (string?)null)));
    }

    [Test]
    public void WhenNobodyReports_ThenItIsTakenForConfirmed() =>
        Assert.That(Route.Read(Document(), Raising).Routes.Single().NamedCanaryWeight, Is.EqualTo(Weight.FromPercent(20)));

    [Test]
    public void WhenTheWeightWasConfirmedBefore_ThenAnEditOfSomethingElseDoesNotUndoIt()
    {
        var held = Raising with { Weights = Raising.Weights with { Applied = Weight.FromPercent(20) } };

        Assert.That(Route.Read(Document(Parent(3)), held).Routes.Single().NamedCanaryWeight, Is.EqualTo(Weight.FromPercent(20)));
    }

    [Test]
    public void WhenTheRouteIsNotAccepted_ThenThatIsAnObstacle_AndTheRouteIsReadAllTheSame()
    {
        var reading = Route.Read(Document(Parent(4, "False")), Raising);

        Assert.That(reading.Obstacles.Single().ToString(),
            Does.Contain("Gateway infra/public").And.Contain("Accepted=False, NoMatchingParent: no listener"));
        Assert.That(reading.Routes, Is.Not.Empty);
        Assert.That(reading.Problems, Is.Empty);
    }

    [TestCase(4, "False", "Accepted=False, NoMatchingParent")]
    [TestCase(3, "True", "generation 3")]
    public void WhenANewHeaderRouteIsNotTaken_ThenItIsNotConfirmed_AndNothingElseIsBlocked(int observed, string accepted, string said)
    {
        var staff = new ManagedRoutes(
            [new HeaderRoute("staff",
                [new RequestMatch([new HeaderTest("x-staff", false, new TextTest(TextTestKind.Exact, "yes"))])])], []);
        var status = Raising with
        {
            Weights = new WeightStatus(Weight.FromPercent(20), Weight.FromPercent(20), Weight.FromPercent(20)),
            ManagedRoutes = new ManagedRoutesStatus(staff, ManagedRoutes.None),
        };
        var document = Document(Parent(observed, accepted));
        document["spec"]!["rules"] = new JsonArray([.. GatewayManagedRules.List.Arrange((JsonArray)document["spec"]!["rules"]!,
            [Rule(document)], staff, Side.NamedCanary).Routes.Select(rule => rule!.DeepClone())]);

        var (reading, taken) = (Route.Read(document, status), Route.Read(Taken(document), status).Routes.Single());

        Assert.That(reading.Obstacles, Is.Empty, "it would stop the clock of the deadline");
        Assert.That(reading.Routes.Single().Managed, Is.EqualTo(ManagedRoutes.None), "as a weight that is not confirmed: what was before");
        Assert.That(reading.Routes.Single().Awaited, Does.Contain(said));
        Assert.That((taken.Managed, taken.Awaited, taken.IsChanging), Is.EqualTo((staff, (string?)null, false)));
    }

    private static JsonObject Taken(JsonObject document)
    {
        document["status"]!["parents"] = new JsonArray(Parent(4));
        return document;
    }

    [Test]
    public void WhenTheParentIsNoneOfTheRouteAnyMore_ThenWhatItSaysDoesNotCount()
    {
        var former = Parent(3, "False");
        former["parentRef"]!["name"] = "former";

        var reading = Route.Read(Document(former), Raising);

        Assert.That(reading.Obstacles, Is.Empty);
        Assert.That(reading.Routes.Single().NamedCanaryWeight, Is.EqualTo(Weight.FromPercent(20)));
    }

    [Test]
    public void WhenTheGatewayHadAnotherControllerBefore_ThenItsEntryIsNotWaitedFor()
    {
        var former = Parent(2);
        former["controllerName"] = "former.example.com/gateway";

        Assert.That(Route.Read(Document((JsonObject)former.DeepClone(), Parent(4)), Raising).Routes.Single().Awaited, Is.Null);
        Assert.That(Route.Read(Document(former, Parent(3)), Raising).Routes.Single().Awaited, Is.Not.Null);
    }

    [Test]
    public void WhenARaiseThatWasNeverConfirmedIsTakenBack_ThenTheWayBackIsNotConfirmedEither()
    {
        var back = RolloutStatus.New with { Weights = new WeightStatus(Weight.Zero, Weight.FromPercent(20), null) };
        var document = Document(Parent(3));
        (document["spec"]!["rules"]![0]!["backendRefs"]![0]!["weight"], document["spec"]!["rules"]![0]!["backendRefs"]![1]!["weight"]) =
            (100, 0);

        var route = Route.Read(document, back).Routes.Single();

        Assert.That((route.NamedCanaryWeight, route.Awaited is null), Is.EqualTo((Weight.FromPercent(20), false)));
    }

    [TestCase(3, 297)]
    [TestCase(6, 594)]
    [TestCase(9, 899)]
    [TestCase(30, 2994)]
    [TestCase(99, 9803)]
    [TestCase(90, 8334)]
    public void WhenAThirdBackendHasNearlyAll_ThenEveryWeightCanBeWrittenAfterEveryOther(int sides, int other)
    {
        var document = Document();
        var backends = (JsonArray)document["spec"]!["rules"]![0]!["backendRefs"]!;
        (backends[0]!["weight"], backends[1]!["weight"]) = (sides, 0);
        backends.Add(new JsonObject { ["name"] = "other", ["port"] = 80, ["weight"] = other });
        foreach (var percent in new[] { 1, 5, 33, 50, 99, 7, 100, 1, 0 })
        {
            var found = Route.Check(document);
            Assert.That(found, Is.Empty, $"at {percent}");
            var rule = Rule(document);
            var shares = RouteWeights.Share(rule, Weight.FromPercent(percent));
            for (var index = 0; index < 3; index++) backends[index]!["weight"] = shares[index];
            Assert.That(shares[2] / (double)shares.Sum(), Is.EqualTo(other / (double)(sides + other)).Within(1e-9),
                "the other keeps its share");
            Assert.That(Rule(document).IsShowing(Weight.FromPercent(percent)), Is.True);
        }
    }

    private static WeightedRoute Rule(JsonObject document) =>
        GatewayRules.Find(document, Route.Reference, Route.Traffic, "shop", "p").Routes.Single();

    private static JsonObject Parent(int? observed, string accepted = "True")
    {
        var condition = new JsonObject
        {
            ["type"] = "Accepted",
            ["status"] = accepted,
            ["reason"] = "NoMatchingParent",
            ["message"] = "no listener",
        };
        if (observed is { } generation) condition["observedGeneration"] = generation;
        return new JsonObject
        {
            // Defaults are written in the one place, and left out in the other.
            ["parentRef"] = JsonNode.Parse(
                """{"group":"gateway.networking.k8s.io","kind":"Gateway","namespace":"infra","name":"public"}"""),
            ["controllerName"] = "example.com/gateway",
            ["conditions"] = new JsonArray(condition),
        };
    }

    private static JsonObject Document(params JsonObject[] parents)
    {
        var document = (JsonObject)JsonNode.Parse("""
            {"metadata":{"name":"checkout","namespace":"shop","generation":4},
             "spec":{"parentRefs":[{"name":"public","namespace":"infra"}],
               "rules":[{"backendRefs":[{"name":"stable","port":80,"weight":80},{"name":"canary","port":80,"weight":20}]}]}}
            """)!;
        document["status"] = new JsonObject { ["parents"] = new JsonArray([.. parents]) };
        return document;
    }
}
