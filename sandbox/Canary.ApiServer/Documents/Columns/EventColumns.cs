using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>Columns of Events, in either group.</summary>
internal static class EventColumns
{
    public static IReadOnlyList<TableColumn> All() =>
    [
        BuiltInColumns.Text("Last Seen", "Time since it last happened.", (obj, now) => LastSeen(obj, now)),
        BuiltInColumns.Text("Type", "Normal or Warning.", (obj, _) => obj.Member("type").Text() ?? ""),
        BuiltInColumns.Text("Reason", "Short name of what happened.", (obj, _) => obj.Member("reason").Text() ?? ""),
        BuiltInColumns.Text("Object", "What it happened to.",
            (obj, _) => $"{About(obj).Member("kind").Text()?.ToLowerInvariant()}/{About(obj).Member("name").Text()}"),
        BuiltInColumns.Wide("Subobject", "Part of the object.", (obj, _) => About(obj).Member("fieldPath").Text() ?? ""),
        BuiltInColumns.Wide("Source", "Who reports it.", (obj, _) => Source(obj)),
        BuiltInColumns.Text("Message", "What happened, in words.", (obj, _) => (obj.Member("message") ?? obj.Member("note")).Text()?.Trim()
            ?? ""),
        BuiltInColumns.Wide("First Seen", "Time since it first happened.", (obj, now) => FirstSeen(obj, now)),
        BuiltInColumns.Wide("Count", "How often it happened.", (obj, _) => Count(obj)),
        new("Name", "string", "name", "Name of the event.", 1, (obj, _) => obj.At("metadata", "name").Text() ?? ""),
    ];

    private static JsonNode? About(JsonObject obj) => obj.Member("involvedObject") ?? obj.Member("regarding");

    private static long Count(JsonObject obj) =>
        obj.At("series", "count").Whole() ?? obj.Member("count").Whole() ?? obj.Member("deprecatedCount").Whole() ?? 1;

    private static string FirstSeen(JsonObject obj, DateTimeOffset now) =>
        Ages.Since((obj.Member("firstTimestamp") ?? obj.Member("deprecatedFirstTimestamp") ?? obj.Member("eventTime")).Text(), now);

    private static string LastSeen(JsonObject obj, DateTimeOffset now)
    {
        var last = (obj.At("series", "lastObservedTime") ?? obj.Member("lastTimestamp") ?? obj.Member("deprecatedLastTimestamp")).Text();
        return last is null ? FirstSeen(obj, now) : Ages.Since(last, now);
    }

    private static string Source(JsonObject obj)
    {
        var source = obj.Member("source") ?? obj.Member("deprecatedSource");
        var component = source.Member("component").Text() is { Length: > 0 } old
            ? old
            : (obj.Member("reportingComponent") ?? obj.Member("reportingController")).Text() ?? "";
        var host = source.Member("host").Text() is { Length: > 0 } given ? given : obj.Member("reportingInstance").Text() ?? "";
        return string.Join(", ", ((string[])[component, host]).Where(part => part.Length > 0));
    }
}
