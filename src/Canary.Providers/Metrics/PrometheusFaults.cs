using System;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;
using Canary.Providers.Prometheus.Query;

namespace Canary.Providers.Metrics;

/// <summary>
/// Says in words why there is no measurement: who was asked, what came back, and what to look at. Nothing in it counts up or down, so that
/// an outage reads the same from one tick to the next.
/// </summary>
internal static partial class PrometheusFaults
{
    private const int MaxQuery = 200;
    private const int MaxWord = 60;

    /// <summary>The address as an Uri; otherwise what is wrong with it.</summary>
    public static string? Address(string? text, out Uri address)
    {
        address = null!;
        if (text is null)
            return "no Prometheus is known: the template gives no address, and the controller was started without a default one";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return $"\"{Clip(Masked().Replace(text, "//...@"), MaxQuery)}\" is no http or https address of a Prometheus";
        if (uri.UserInfo.Length > 0)
            return $"the address of Prometheus ({uri.Scheme}://...@{uri.Authority}) holds credentials; "
                + "they belong into authentication, from a Secret";
        address = uri;
        return null;
    }

    /// <summary>The server by its address as it was written.</summary>
    public static string Name(string? address) =>
        address is null
            ? "Prometheus"
            : Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
            ? Name(uri)
            : "Prometheus";

    public static string Name(Uri address) => $"Prometheus at {Place(address)}";

    /// <summary>An address without what may be a credential in it: user, password, query and fragment.</summary>
    public static string Place(Uri address) =>
        address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');

    /// <summary>Why there is no measurement.</summary>
    public static string Explain(Uri address, MetricQuery query, PrometheusResponse response)
    {
        var name = Name(address);
        return response switch
        {
            PrometheusResponse.CircuitOpen open =>
                $"circuit open: {name} answered none of the last queries, and is asked again in a moment "
                    + $"({(open.LastOutage is { } outage ? Explain(address, query, outage) : "no answer")})",
            PrometheusResponse.Unreachable unreachable => $"{name} cannot be reached: {unreachable.Reason}",
            PrometheusResponse.Forbidden forbidden => $"{name} was not asked: {Refusal(forbidden.Reason)}",
            PrometheusResponse.CutShort cut => $"{name} gave no whole answer: {cut.Reason}",
            PrometheusResponse.TimedOut timedOut => $"{name} did not answer within {GoDuration.Format(timedOut.After)}",
            // The query of a comparison is nobody's own: what it brings is made less by what it asks for.
            PrometheusResponse.TooLarge large =>
                string.Create(CultureInfo.InvariantCulture, $"{name} answered with more than {large.Most >> 20} MiB; ")
                + (query.Red is { IsRaw: true }
                    ? "the series to compare are too many: drop labels that tell callers apart when they are scraped, "
                        + "or give fewer compare.bounds"
                    : "aggregate in the query"),
            PrometheusResponse.Crowded crowded =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} gave a long answer while {crowded.Most >> 20} MiB of answers were being read, ")
                + "which is all that is read at a time; aggregate in the query",
            PrometheusResponse.Error or PrometheusResponse.Unexpected => Explain(name, query, response),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Why an address that a template names is not asked, and who can change that.</summary>
    public static string Refusal(string reason) =>
        $"{reason}; a template may name such an address only where the controller's option --template-addresses "
            + "(CANARY_TEMPLATE_ADDRESSES) allows it";

    // The first that fits: what a status says by itself goes before what stands in the answer.
    private static string Explain(string name, MetricQuery query, PrometheusResponse answered) => answered switch
    {
        { HttpStatus: 401 } => $"{name} wants credentials that it was not given (401 Unauthorized{Sent(query)})",
        { HttpStatus: 403 } => $"{name} does not allow the query (403 Forbidden{Sent(query)})",
        PrometheusResponse.Error { ErrorType: "bad_data" } error =>
            $"{name} cannot read the query ({error.Status} bad_data): {Said(error.Message)}; the query is: {Clip(query.Query, MaxQuery)}",
        PrometheusResponse.Error { ErrorType: "execution" } error =>
            $"{name} cannot carry out the query ({error.Status} execution): {Said(error.Message)}; "
                + $"the query is: {Clip(query.Query, MaxQuery)}",
        PrometheusResponse.Error error =>
            $"{name} refused the query ({error.Status} {ServerText.FirstLine(error.ErrorType, MaxWord)}): {Said(error.Message)}",
        PrometheusResponse.Unexpected { Status: >= 300 and < 400 } other =>
            $"{name} answered with a redirect ({other.Status}{(other.Location.Length > 0 ? $" to {Place(other.Location)}" : "")}), "
                + "which is not followed; give the address that it stands for",
        PrometheusResponse.Unexpected { Status: 404 } =>
            $"{name} has no query API (404 Not Found): the path of the address is wrong, or a path prefix is missing",
        PrometheusResponse.Unexpected { Status: 200 } other => $"{name}: {ServerText.FirstLine(other.Reason)}{Media(other)}",
        PrometheusResponse.Unexpected { Status: >= 200 and < 300 } other => $"{name} answered with status {other.Status} instead of 200",
        PrometheusResponse.Unexpected { Reason: "" } other => $"{name} answered with status {other.Status}",
        PrometheusResponse.Unexpected other => $"{name} answered with status {other.Status} and without a reason{Media(other)}",
        _ => throw new UnreachableException(),
    };

    private static string Sent(MetricQuery query) => query.Authentication switch
    {
        null => "; the query names no authentication",
        MetricAuthentication.Bearer { Token: SecretValue.FromSecret secret } =>
            $"; it was sent the bearer token of Secret {query.Namespace}/{secret.Name}, key {secret.Key}",
        MetricAuthentication.Sigv4 aws =>
            $"; it was signed with the controller's identity of AWS{(aws.RoleArn is { } role ? $" as {role}" : "")}",
        MetricAuthentication.Basic { Field: SecretTexts.OfAddress } => "; it was sent user and password of the address",
        MetricAuthentication.Basic { Password: SecretValue.FromSecret secret } =>
            $"; it was sent user and password of Secret {query.Namespace}/{secret.Name}, key {secret.Key}",
        MetricAuthentication.OAuth2 client =>
            $"; it was sent a token of {(Uri.TryCreate(client.TokenUrl, UriKind.Absolute, out var url) ? Place(url) : "oauth2.tokenUrl")}",
        MetricAuthentication.Bearer => "; it was sent a bearer token",
        MetricAuthentication.Basic => "; it was sent user and password",
        _ => throw new UnreachableException(),
    };

    // One line, whatever the server sends: it lands in statuses, Events and logs.
    private static string Said(string error) => ServerText.FirstLine(error) is { Length: > 0 } line ? line : "no reason was given";

    // The query of a redirect may hold a session.
    private static string Place(string location) => ServerText.FirstLine(location.Split('?', '#')[0]);

    private static string Media(PrometheusResponse.Unexpected answered) =>
        answered.MediaType.Length == 0 ? "" : $" ({ServerText.FirstLine(answered.MediaType, MaxWord)})";

    // User and password, where an address cannot be read as one.
    [GeneratedRegex("//[^/@]*@", RegexOptions.CultureInvariant)]
    private static partial Regex Masked();

    private static string Clip(string text, int length) => text.Length <= length ? text : $"{text[..length]}...";
}
