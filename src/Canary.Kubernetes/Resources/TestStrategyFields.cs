using System.Linq;
using Canary.Core.Rollouts;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>The strategies that test the canary at weight 0: an A/B test, and a mirror.</summary>
internal static class TestStrategyFields
{
    private static readonly string[] Shared = ["capacity", "scaleDownDelay", "unreadyLimit", "preAnalysis", "postAnalysis", "analysis"];

    /// <param name="canary">The canary strategy, whose analyses and limits it shares.</param>
    public static Schema AbTest(Schema canary) => Object(
        "Requests that match go to the canary for a time; then it is promoted as a canary is.",
        [
            Required("match", RequiredList("Which requests: one entry that matches is enough.", ManagedRouteFields.HeaderMatch, 16)),
            .. Times(canary),
        ]);

    /// <param name="canary">The canary strategy, whose analyses and limits it shares.</param>
    public static Schema Mirror(Schema canary) => Object(
        "The canary gets copies of requests for a time, and its answers are thrown away; then it is promoted as a canary is. What it does "
            + "is done twice: only for idempotent requests.",
        [
            Optional("percentage", Percent("Percent of the requests that is copied, above 0. Default 100.")),
            Optional("match", List("Which requests: one entry that matches is enough. Without it: all of the route.",
                ManagedRouteFields.MirrorMatch, 16)),
            .. Times(canary),
        ]);

    private static SchemaProperty[] Times(Schema canary) =>
        [
            Optional("duration", Duration(
                "How long the test lasts, at least. Without it, and without iterations: until a person promotes.")),
            Optional("iterations", Integer("How many intervals the test lasts, instead of duration.", 1, TestStrategy.MostIterations)),
            Optional("interval", Duration("Length of each iteration.")),
            .. canary.Properties.Where(property => System.Array.IndexOf(Shared, property.Name) >= 0).Select(property =>
                property.Name != "analysis" ? property : property with
                {
                    Schema = property.Schema with
                    {
                        Properties = [.. property.Schema.Properties.Where(one => one.Name != "startingStep")],
                    },
                }),
        ];
}
