using System.Globalization;
using System.Linq;
using System.Text;

namespace Canary.Cli.Reading;

/// <summary>What some requests ask for besides their action.</summary>
/// <param name="To">The revision that <c>rollbackTo</c> goes back to; null: not said.</param>
/// <param name="Replicas">The replicas that <c>scale</c> asks for; null: not said.</param>
internal sealed record RequestDetails(string? To = null, int? Replicas = null);

/// <summary>Writes a request in the one form that the admission policy can check: a flat JSON object without white space and without
/// escapes.</summary>
internal static class RequestText
{
    public const string Annotation = "canary.delivery/request";

    public static string Write(string id, string action, string? revision, int? step, string? edge, string by, string reason,
        RequestDetails? details = null)
    {
        var text = new StringBuilder("{\"id\":\"").Append(id).Append("\",\"action\":\"").Append(action).Append('"');
        if (revision is { Length: > 0 }) text.Append(",\"revision\":\"").Append(Plain(revision)).Append('"');
        if (step is { } index) text.Append(",\"step\":").Append(index.ToString(CultureInfo.InvariantCulture));
        if (edge is not null) text.Append(",\"edge\":\"").Append(edge).Append('"');
        if (details?.To is { Length: > 0 } to) text.Append(",\"to\":\"").Append(Plain(to)).Append('"');
        if (details?.Replicas is { } replicas) text.Append(",\"replicas\":").Append(replicas.ToString(CultureInfo.InvariantCulture));
        text.Append(",\"by\":\"").Append(Plain(by)).Append('"');
        if (reason.Length > 0) text.Append(",\"reason\":\"").Append(Plain(reason)).Append('"');
        return text.Append('}').ToString();
    }

    // What would need an escape in JSON is replaced: a reason is for people.
    private static string Plain(string text) =>
        string.Concat(text.Select(c => c switch { '"' => '\'', '\\' => '/', _ when char.IsControl(c) => ' ', _ => c }));
}
