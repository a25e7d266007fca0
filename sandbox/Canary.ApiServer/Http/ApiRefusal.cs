using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Http;

/// <summary>A request that is refused, with the Status object that says why. Thrown anywhere, answered in one place.</summary>
internal sealed class ApiRefusal : Exception
{
    public ApiRefusal(int code, string? reason, string message, JsonObject? details = null, JsonObject? metadata = null)
        : base(message)
    {
        Code = code;
        Status = Statuses.Failure(code, reason, message, details, metadata);
        RetryAfterSeconds = (int?)details?.Whole("retryAfterSeconds");
    }

    public int Code { get; }

    public JsonObject Status { get; }

    public int? RetryAfterSeconds { get; }

    public static ApiRefusal BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiRefusal Internal(string message) => new(500, null, message);

    public static ApiRefusal PathNotFound() => new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiRefusal MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiRefusal NotFound(string group, string plural, string name) =>
        new(404, "NotFound", $"{Qualified(plural, group)} \"{name}\" not found", Details(name, group, plural));

    public static ApiRefusal AlreadyExists(string group, string plural, string name, bool isTerminating) =>
        new(
            409,
            "AlreadyExists",
            $"{(isTerminating ? "object is being deleted: " : "")}{Qualified(plural, group)} \"{name}\" already exists",
            Details(name, group, plural));

    public static ApiRefusal Conflict(string group, string plural, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {Qualified(plural, group)} \"{name}\": {why}",
            Details(name, group, plural));

    public static ApiRefusal Modified(string group, string plural, string name) =>
        Conflict(group, plural, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>An eviction that a PodDisruptionBudget does not allow now.</summary>
    public static ApiRefusal Disruption(string budget, int desired, int healthy) => new(429, "TooManyRequests",
        "Cannot evict pod as it would violate the pod's disruption budget.",
        new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject
            {
                ["reason"] = "DisruptionBudget",
                ["message"] = $"The disruption budget {budget} needs {desired} healthy pods and has {healthy} currently",
            }),
        });

    public static ApiRefusal UnsupportedMediaType(IEnumerable<string> accepted) =>
        new(
            415,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: " + string.Join(", ", accepted));

    public static ApiRefusal Forbidden(string group, string plural, string name, string why, JsonArray? causes = null)
    {
        var details = Details(name, group, plural);
        if (causes is not null)
            details["causes"] = causes;
        var named = name.Length == 0 ? "" : $" \"{name}\"";
        return new ApiRefusal(403, "Forbidden", $"{Qualified(plural, group)}{named} is forbidden: {why}", details);
    }

    public static ApiRefusal Invalid(string group, string kind, string name, IReadOnlyList<FieldCause> causes)
    {
        var distinct = causes.Select(c => c.Told).Distinct().ToList();
        var told = distinct.Count == 1 ? distinct[0] : "[" + string.Join(", ", distinct) + "]";
        var details = Details(name, group, kind);
        details["causes"] = new JsonArray([.. causes.Select(c => c.ToJson())]);
        return new ApiRefusal(422, "Invalid", $"{Qualified(kind, group)} \"{name}\" is invalid: {told}", details);
    }

    /// <summary>What client libraries make of a failed JSON patch: it does not say what failed.</summary>
    public static ApiRefusal PatchFailed() => new(422, "Invalid", "the server rejected our request due to an error in our request", []);

    public static ApiRefusal TooLargeResourceVersion(string asked, long current)
    {
        var details = new JsonObject
        {
            ["causes"] =
                new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        };
        return new ApiRefusal(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {current}", details);
    }

    public static string Qualified(string name, string group) => group.Length == 0 ? name : $"{name}.{group}";

    public static JsonObject Details(string name, string group, string kind)
    {
        var details = new JsonObject();
        if (name.Length > 0)
            details["name"] = name;
        if (group.Length > 0)
            details["group"] = group;
        if (kind.Length > 0)
            details["kind"] = kind;
        return details;
    }
}
