using System;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>One column of a Table.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Type">string, integer, number, boolean or date.</param>
/// <param name="Format"><c>name</c> for the column that names the object, otherwise empty.</param>
/// <param name="Description">Shown by nobody but sent by every server.</param>
/// <param name="Priority">0 is always shown, 1 with <c>-o wide</c>.</param>
/// <param name="Cell">Value of the cell for an object.</param>
internal sealed record TableColumn(string Name, string Type, string Format, string Description, int Priority,
    Func<JsonObject, DateTimeOffset, JsonNode?> Cell)
{
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["type"] = Type,
        ["format"] = Format,
        ["description"] = Description,
        ["priority"] = Priority,
    };
}
