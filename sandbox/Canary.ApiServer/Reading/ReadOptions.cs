using System.Collections.Generic;
using System.Globalization;
using Canary.ApiServer.Http;

namespace Canary.ApiServer.Reading;

/// <summary>What the query of a list or watch asks for, checked.</summary>
internal sealed record ReadOptions(
    bool IsWatch,
    long Limit,
    string Continue,
    string VersionText,
    long Version,
    string Match,
    bool? SendsInitialEvents,
    bool AllowsBookmarks,
    long TimeoutSeconds)
{
    public static ReadOptions Parse(ReceivedRequest request, bool isWatch)
    {
        var limit = Number(request.QueryText("limit"));
        var timeout = Number(request.QueryText("timeoutSeconds"));
        var match = request.QueryText("resourceVersionMatch") ?? "";
        var version = request.QueryText("resourceVersion") ?? "";
        bool? initial = request.QueryText("sendInitialEvents") is null ? null : request.QueryFlag("sendInitialEvents");
        var causes = isWatch ? WatchCauses(match, initial) : ListCauses(match, version, initial);
        if (causes.Count > 0)
            throw ApiRefusal.Invalid("meta.k8s.io", "ListOptions", "", causes);

        var token = request.QueryText("continue") ?? "";
        if (token.Length > 0 && !isWatch && version.Length > 0)
            throw ApiRefusal.BadRequest("specifying resource version is not allowed when using continue");
        return new ReadOptions(isWatch, limit, token, version, VersionOf(version), match, initial, request.QueryFlag("allowWatchBookmarks"),
            timeout);
    }

    public static long VersionOf(string text)
    {
        if (text.Length == 0)
            return 0;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return (long)System.Math.Min(version, long.MaxValue);
        throw ApiRefusal.Internal($"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    private static List<FieldCause> ListCauses(string match, string version, bool? initial)
    {
        var causes = new List<FieldCause>();
        if (match.Length > 0 && version.Length == 0)
            causes.Add(
                FieldCause.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        else if (match is not ("" or "Exact" or "NotOlderThan"))
            causes.Add(FieldCause.Unsupported("resourceVersionMatch", FieldCause.Quoted(match), "\"Exact\", \"NotOlderThan\", \"\""));
        else if (match == "Exact" && version == "0")
            causes.Add(
                FieldCause.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        if (initial is not null)
            causes.Add(FieldCause.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        return causes;
    }

    private static List<FieldCause> WatchCauses(string match, bool? initial)
    {
        var causes = new List<FieldCause>();
        if (initial is null && match.Length > 0)
            causes.Add(FieldCause.Forbidden("resourceVersionMatch",
                "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        if (initial is not null && match != "NotOlderThan")
            causes.Add(
                FieldCause.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        return causes;
    }

    private static long Number(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return 0;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiRefusal.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }
}
