using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Rules of Events: the core group's are loose, those of events.k8s.io strict.</summary>
internal static class EventRules
{
    public static IReadOnlyList<FieldError> Check(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        var isNew = obj.Member("apiVersion").Text() != "v1";
        var about = obj.Member(isNew ? "regarding" : "involvedObject");
        var mine = obj.At("metadata", "namespace").Text() ?? "";
        var theirs = about.Member("namespace").Text() ?? "";
        if (theirs.Length == 0 ? mine is not ("" or "default") : theirs != mine)
            errors.Add(FieldError.Invalid("involvedObject.namespace", GoFormat.Quoted(theirs), "does not match event.namespace"));
        if (!isNew)
            return errors;
        if (old is null)
            Create(obj, errors);
        else
            Update(obj, old, errors);
        return errors;
    }

    private static void Create(JsonObject obj, List<FieldError> errors)
    {
        if (obj.Member("eventTime") is null)
            errors.Add(FieldError.Required("eventTime"));
        else
            foreach (var name in (string[])["reportingController", "reportingInstance", "action", "reason"])
                if (obj.Member(name).Text() is not { Length: > 0 })
                    errors.Add(FieldError.Required(name));
        if (obj.Member("type").Text() is not ("Normal" or "Warning"))
            errors.Add(FieldError.Invalid("type", "\"\"", $"has invalid value: {obj.Member("type").Text()}"));
    }

    private static void Update(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        // The error names the field of the core group, whose form is the stored one.
        foreach (var (name, stored) in (IEnumerable<(string, string)>)
        [
            ("regarding", "involvedObject"), ("reason", "reason"), ("note", "message"), ("type", "type"), ("eventTime", "eventTime"),
            ("action", "action"),
            ("related", "related"), ("reportingController", "reportingController"), ("reportingInstance", "reportingInstance"),
        ])
            if (!JsonNode.DeepEquals(obj.Member(name), old.Member(name)))
                errors.Add(KindRules.Immutable(stored, GoFormat.Value(obj.Member(name))));
    }
}
