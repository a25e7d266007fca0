using System;
using System.Globalization;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>The fields that one manager set in one way.</summary>
internal sealed record ManagerEntry(string Manager, string Operation, string ApiVersion, string Subresource, DateTimeOffset? Time,
    FieldSet Fields)
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    public bool IsApply => Operation == Apply;

    /// <summary>Who it is: an applier is the same in every version, an updater is another one in each.</summary>
    public (string, string, string, string) Identity => (Manager, Operation, IsApply ? "" : ApiVersion, Subresource);

    public static ManagerEntry Read(JsonObject entry) => new(
        entry.Member("manager").Text() ?? "",
        entry.Member("operation").Text() ?? "",
        entry.Member("apiVersion").Text() ?? "",
        entry.Member("subresource").Text() ?? "",
        DateTimeOffset.TryParse(entry.Member("time").Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        ? time : null,
        FieldSet.Read(entry.Member("fieldsV1") as JsonObject ?? []));

    public JsonObject ToJson()
    {
        var entry = new JsonObject { ["manager"] = Manager, ["operation"] = Operation, ["apiVersion"] = ApiVersion };
        if (Time is { } time)
            entry["time"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = Fields.ToJson();
        if (Subresource.Length > 0)
            entry["subresource"] = Subresource;
        return entry;
    }

    /// <summary>Who the conflict is with, as the message says it.</summary>
    public string Shown
    {
        get
        {
            var shown = GoFormat.Quoted(Manager);
            if (Subresource.Length > 0)
                shown += $" with subresource {GoFormat.Quoted(Subresource)}";
            return IsApply ? shown : $"{shown} using {ApiVersion}";
        }
    }
}
