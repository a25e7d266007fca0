using System.Text.Json.Nodes;

namespace Canary.ApiServer.Catalogue;

/// <summary>events.k8s.io/v1 over the stored core Event: the same object with other names for most of its fields.</summary>
internal sealed class EventForm : VersionForm
{
    private static readonly (string Core, string New)[] Names =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
        ("reportingComponent", "reportingController"),
    ];

    public override void FromStored(JsonObject obj)
    {
        foreach (var (core, renamed) in Names)
            Rename(obj, core, renamed);
    }

    public override void ToStored(JsonObject obj)
    {
        foreach (var (core, renamed) in Names)
            Rename(obj, renamed, core);
        obj["apiVersion"] = "v1";
    }
}
