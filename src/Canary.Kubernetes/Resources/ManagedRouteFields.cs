using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Resources;

/// <summary>Fields of header and mirror routes.</summary>
internal static class ManagedRouteFields
{
    private const string Name =
        "Name of the route. A later step with the same name changes it. Small letters, digits and '-'.";

    /// <summary>Requests by their headers or cookies; one entry that matches is enough.</summary>
    public static readonly Schema HeaderMatch = Object(
        "A request matches if its header and its cookie match, whichever are given.",
        Optional("headerName", RequiredText("Name of the header. Upper and lower case are the same.", 256)),
        Optional("headerValue", Test("Value of the header.")),
        Optional("cookieName", RequiredText("Name of the cookie.", 256)),
        Optional("cookieValue", Test("Value of the cookie.")));

    /// <summary>Requests of which copies are made.</summary>
    public static readonly Schema MirrorMatch = Object(
        "A request matches if all that is given matches.",
        Optional("method", Test("The method.")),
        Optional("path", Test("The path, without the query.")),
        Optional("headers", new Schema(SchemaType.Object, "Headers, by name.")
        {
            Values = Test("Value of the header."),
            MaxProperties = 16,
        }));

    public static readonly Schema HeaderRoute = Object(
        "Requests that go to the canary from this step on, whatever its weight is. The route is removed by a step without match, at "
            + "weight 100, and by a rollback.",
        Required("name", RequiredText(Name, 63)),
        Optional("match", List("Which requests: one entry that matches is enough. Without it: the route of this name is removed.",
            HeaderMatch, 16)));

    public static readonly Schema MirrorRoute = Object(
        "Requests of which the canary gets copies from this step on. Its answers are thrown away, but what it does is done twice: only for "
            + "idempotent requests.",
        Required("name", RequiredText(Name, 63)),
        Optional("percentage", Percent("Percent of the requests that is copied. Default 100 with match. 0, or neither this nor match: the "
            + "route of this name is removed.")),
        Optional("match", List("Which requests: one entry that matches is enough. Without it: all of the route.", MirrorMatch, 16)));

    public static readonly Schema Status = Object(
        "The header and mirror routes of the current step, which stand before each named route.",
        Optional("headerRoutes", List("Header routes, in the order of precedence.", HeaderRoute, 100)),
        Optional("mirrorRoutes", List("Mirror routes.", MirrorRoute, 100)),
        Optional("previous", Object(
            "Those before the last change. The same once every route has them.",
            Optional("headerRoutes", List("Header routes.", HeaderRoute, 100)),
            Optional("mirrorRoutes", List("Mirror routes.", MirrorRoute, 100)))));

    private static Schema Test(string description) => OneOf(
        description + " Exactly one of its fields.",
        Optional("exact", RequiredText("The whole text.")),
        Optional("prefix", RequiredText("Its beginning.")),
        Optional("regex", RequiredText("Regular expression (RE2) that matches the whole text.")));
}
