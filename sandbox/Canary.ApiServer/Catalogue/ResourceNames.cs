using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Catalogue;

/// <summary>All names of one resource, as discovery tells them.</summary>
internal sealed record ResourceNames(
    string Plural,
    string Singular,
    string Kind,
    string ListKind,
    IReadOnlyList<string> ShortNames,
    IReadOnlyList<string> Categories)
{
    public static ResourceNames Of(JsonObject names) =>
        new(
            names.Text("plural") ?? "",
            names.Text("singular") ?? "",
            names.Text("kind") ?? "",
            names.Text("listKind") ?? "",
            [.. names.Texts("shortNames")],
            [.. names.Texts("categories")]);

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["plural"] = Plural };
        if (Singular.Length > 0)
            json["singular"] = Singular;
        if (ShortNames.Count > 0)
            json["shortNames"] = ShortNames.ToJsonArray();
        json["kind"] = Kind;
        if (ListKind.Length > 0)
            json["listKind"] = ListKind;
        if (Categories.Count > 0)
            json["categories"] = Categories.ToJsonArray();
        return json;
    }
}
