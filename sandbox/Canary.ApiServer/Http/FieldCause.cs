using System.Text.Json.Nodes;

namespace Canary.ApiServer.Http;

/// <summary>One thing that is wrong with one field, as it stands in <c>details.causes</c>.</summary>
internal sealed record FieldCause(string Field, string Reason, string Message)
{
    public string Told => $"{Field}: {Message}";

    public static FieldCause Invalid(string field, string shownValue, string why) =>
        new(field, "FieldValueInvalid", $"Invalid value: {shownValue}: {why}");

    public static FieldCause Required(string field, string why = "") =>
        new(field, "FieldValueRequired", why.Length == 0 ? "Required value" : $"Required value: {why}");

    public static FieldCause Forbidden(string field, string why) => new(field, "FieldValueForbidden", $"Forbidden: {why}");

    public static FieldCause Unsupported(string field, string shownValue, string allowed) =>
        new(field, "FieldValueNotSupported", $"Unsupported value: {shownValue}: supported values: {allowed}");

    public static FieldCause TooLong(string field, int bytes) =>
        new(field, "FieldValueTooLong", $"Too long: may not be more than {bytes} bytes");

    public static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") + "\"";

    public JsonObject ToJson() => new() { ["reason"] = Reason, ["message"] = Message, ["field"] = Field };
}
