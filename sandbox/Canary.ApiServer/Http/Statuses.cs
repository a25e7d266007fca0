using System.Text.Json.Nodes;

namespace Canary.ApiServer.Http;

/// <summary>Builds metav1.Status objects.</summary>
internal static class Statuses
{
    public static JsonObject Failure(int code, string? reason, string message, JsonObject? details, JsonObject? metadata)
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = metadata ?? [],
            ["status"] = "Failure",
            ["message"] = message,
        };
        if (reason is not null)
            status["reason"] = reason;
        if (details is not null)
            status["details"] = details;
        status["code"] = code;
        return status;
    }

    public static JsonObject Deleted(string group, string plural, string name, string uid)
    {
        var details = ApiRefusal.Details(name, group, plural);
        details["uid"] = uid;
        return new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details
        };
    }

    /// <summary>The answer to a watch that starts before the history that is kept.</summary>
    public static JsonObject TooOld(long asked, long floor) =>
        Failure(410, "Expired", $"too old resource version: {asked} ({floor})", null, null);
}
