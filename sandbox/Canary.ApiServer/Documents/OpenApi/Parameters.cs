using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.OpenApi;

/// <summary>Parameters of operations. kubectl looks for <c>fieldValidation</c> among those of a patch before it relies on the server's
/// validation.</summary>
internal static class Parameters
{
    private static readonly JsonObject DryRun = Query("dryRun", "string", "All goes through every step and stores nothing.");
    private static readonly JsonObject FieldManager =
        Query("fieldManager", "string", "Name of who changes the object, at most 128 characters.");
    private static readonly JsonObject FieldValidation =
        Query("fieldValidation", "string", "Ignore, Warn or Strict: what unknown and duplicate fields lead to.");
    private static readonly JsonObject ResourceVersion = Query("resourceVersion", "string", "Which version may be served.");

    public static IReadOnlyList<JsonObject> Get { get; } = [ResourceVersion];

    public static IReadOnlyList<JsonObject> Create { get; } = [DryRun, FieldManager, FieldValidation];

    public static IReadOnlyList<JsonObject> Patch { get; } =
        [DryRun, FieldManager, FieldValidation, Query("force", "boolean", "Takes fields from other managers; for apply only.")];

    public static IReadOnlyList<JsonObject> Delete { get; } =
    [
        DryRun,
        Query("gracePeriodSeconds", "integer", "Seconds before the object goes."),
        Query("orphanDependents", "boolean", "The old form of propagationPolicy."),
        Query("propagationPolicy", "string", "Orphan, Background or Foreground: what happens to dependents."),
    ];

    public static IReadOnlyList<JsonObject> List { get; } =
    [
        Query("allowWatchBookmarks", "boolean", "Asks a watch for bookmarks."),
        Query("continue", "string", "Token of the next page."),
        Query("fieldSelector", "string", "Selects by fields."),
        Query("labelSelector", "string", "Selects by labels."),
        Query("limit", "integer", "Most items of a page."),
        ResourceVersion,
        Query("resourceVersionMatch", "string", "How resourceVersion is meant."),
        Query("sendInitialEvents", "boolean", "Starts a watch with what is there."),
        Query("timeoutSeconds", "integer", "Longest time of the call."),
        Query("watch", "boolean", "Asks for changes instead of a list."),
    ];

    public static IReadOnlyList<JsonObject> Path(bool hasName, bool isNamespaced)
    {
        var parameters = new List<JsonObject>();
        if (hasName)
            parameters.Add(InPath("name", "Name of the object."));
        if (isNamespaced)
            parameters.Add(InPath("namespace", "Namespace of the object."));
        parameters.Add(Query("pretty", "string", "Anything asks for white space."));
        return parameters;
    }

    private static JsonObject Query(string name, string type, string description) => new()
    {
        ["name"] = name,
        ["in"] = "query",
        ["description"] = description,
        ["schema"] = new JsonObject { ["type"] = type, ["uniqueItems"] = true },
    };

    private static JsonObject InPath(string name, string description) => new()
    {
        ["name"] = name,
        ["in"] = "path",
        ["description"] = description,
        ["required"] = true,
        ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
    };
}
