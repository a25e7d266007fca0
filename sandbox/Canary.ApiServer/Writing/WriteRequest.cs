using System.Collections.Generic;
using Canary.ApiServer.Http;

namespace Canary.ApiServer.Writing;

/// <summary>What the query of a write asks for.</summary>
internal sealed record WriteRequest(bool IsDryRun, string FieldManager, FieldValidation Validation, bool IsForced)
{
    public const string ApplyType = "application/apply-patch+yaml";

    private const string Group = "meta.k8s.io";

    /// <exception cref="ApiRefusal">422 with the options object as what is invalid.</exception>
    public static WriteRequest Parse(ReceivedRequest request, string optionsKind)
    {
        var causes = new List<FieldCause>();
        var isApply = request.BodyType == ApplyType && request.Method == "PATCH";
        var manager = request.QueryText("fieldManager") ?? "";
        if (manager.Length > 128)
            causes.Add(FieldCause.TooLong("fieldManager", 128));
        if (isApply && manager.Length == 0)
            causes.Add(FieldCause.Required("fieldManager", "is required for apply patch"));

        var dryRun = request.QueryText("dryRun");
        if (dryRun is not (null or "All"))
            causes.Add(FieldCause.Unsupported("dryRun", $"[]string{{\"{dryRun}\"}}", "\"All\""));

        var asked = request.QueryText("fieldValidation") ?? "";
        var validation = asked switch
        {
            "Ignore" => FieldValidation.Ignore,
            "Strict" => FieldValidation.Strict,
            _ => FieldValidation.Warn,
        };
        if (asked is not ("" or "Ignore" or "Warn" or "Strict"))
            causes.Add(FieldCause.Unsupported("fieldValidation", FieldCause.Quoted(asked), "\"\", \"Ignore\", \"Strict\", \"Warn\""));

        if (request.Method == "PATCH" && !isApply && request.QueryText("force") is not null)
            causes.Add(FieldCause.Forbidden("force", "may not be specified for non-apply patch"));
        if (causes.Count > 0)
            throw ApiRefusal.Invalid(Group, optionsKind, "", causes);

        return new WriteRequest(dryRun == "All", manager.Length > 0 ? manager
            : ManagerOf(request.UserAgent), validation, request.QueryFlag("force"));
    }

    // Without a name of its own the writer is known by the first part of its user agent.
    private static string ManagerOf(string userAgent)
    {
        var slash = userAgent.IndexOf('/');
        var name = slash < 0 ? userAgent : userAgent[..slash];
        return name.Length == 0 ? "unknown" : name;
    }
}
