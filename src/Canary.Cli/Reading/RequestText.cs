using System.Globalization;
using System.Linq;
using System.Text;

namespace Canary.Cli.Reading;

/// <summary>Writes a request in the one form that the admission policy can check: a flat JSON object without white space and without
/// escapes.</summary>
internal static class RequestText
{
    public const string Annotation = "canary.delivery/request";

    public static string Write(string id, string action, string? revision, int? step, string? edge, string by, string reason)
    {
        var text = new StringBuilder("{\"id\":\"").Append(id).Append("\",\"action\":\"").Append(action).Append('"');
        if (revision is { Length: > 0 }) text.Append(",\"revision\":\"").Append(Plain(revision)).Append('"');
        if (step is { } index) text.Append(",\"step\":").Append(index.ToString(CultureInfo.InvariantCulture));
        if (edge is not null) text.Append(",\"edge\":\"").Append(edge).Append('"');
        text.Append(",\"by\":\"").Append(Plain(by)).Append('"');
        if (reason.Length > 0) text.Append(",\"reason\":\"").Append(Plain(reason)).Append('"');
        return text.Append('}').ToString();
    }

    // What would need an escape in JSON is replaced: a reason is for people.
    private static string Plain(string text) =>
        string.Concat(text.Select(c => c switch { '"' => '\'', '\\' => '/', _ when char.IsControl(c) => ' ', _ => c }));
}
