using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Sandbox.ApiServer.Http;

namespace Canary.Sandbox.ApiServer.Kinds;

/// <summary>CustomResourceDefinitions: names and versions; what one may say is checked with its schema.</summary>
internal sealed class DefinitionHandling : KindHandling
{
    public override bool HasGeneration => true;

    public override bool AllowsUnconditionalUpdate => false;

    public override bool AnswersDeletionWithObject => true;

    public override JsonObject? InitialStatus(JsonObject obj) => new()
    {
        ["conditions"] = null,
        ["acceptedNames"] = new JsonObject { ["plural"] = "", ["kind"] = "" },
        ["storedVersions"] = Versions(obj).Where(v => v.IsTrue("storage")).Select(v => v.Text("name") ?? "").ToJsonArray(),
    };

    public override void PrepareCreate(JsonObject obj, bool isDryRun) => Complete(obj);

    public override void PrepareUpdate(JsonObject obj, JsonObject old)
    {
        Complete(obj);
        // A version that becomes the storage version has objects in it from then on.
        if (obj.Child("status") is not { } status || Versions(obj).FirstOrDefault(v => v.IsTrue("storage"))?.Text("name") is not { } storage)
            return;
        if (!status.Texts("storedVersions").Contains(storage))
            status["storedVersions"] = status.Texts("storedVersions").Append(storage).ToJsonArray();
    }

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldCause> causes)
    {
        var spec = obj.Child("spec") ?? [];
        CheckNames(obj, spec, causes);
        var versions = Versions(obj).ToList();
        for (var i = 0; i < versions.Count; i++)
        {
            if (versions[i].Child("schema", "openAPIV3Schema") is null)
                causes.Add(FieldCause.Required($"spec.versions[{i}].schema.openAPIV3Schema", "schemas are required"));
        }

        if (versions.Count(v => v.IsTrue("storage")) != 1)
            causes.Add(FieldCause.Invalid("spec.versions", Shown(versions), "must have exactly one version marked as storage version"));
        ValidateStored(obj, versions, causes);
        if (old is not null)
            ValidateUnchanged(spec, old, causes);
    }

    private static void CheckNames(JsonObject obj, JsonObject spec, List<FieldCause> causes)
    {
        foreach (var part in new[] { "plural", "kind" })
        {
            if (spec.Child("names")?.Text(part) is not { Length: > 0 })
                causes.Add(FieldCause.Required($"spec.names.{part}"));
        }

        if (spec.Text("group") is not { Length: > 0 })
            causes.Add(FieldCause.Required("spec.group"));
        var expected = $"{spec.Child("names")?.Text("plural")}.{spec.Text("group")}";
        if (obj.Name().Length > 0 && obj.Name() != expected)
            causes.Add(FieldCause.Invalid("metadata.name", FieldCause.Quoted(obj.Name()), "must be spec.names.plural+\".\"+spec.group"));
        if (spec.Text("scope") is not ("Namespaced" or "Cluster"))
            causes.Add(FieldCause.Unsupported("spec.scope", FieldCause.Quoted(spec.Text("scope") ?? ""), "\"Cluster\", \"Namespaced\""));
    }

    private static void ValidateStored(JsonObject obj, List<JsonObject> versions, List<FieldCause> causes)
    {
        var stored = (obj.Child("status")?.Texts("storedVersions") ?? []).ToList();
        if (stored.Count == 0)
            causes.Add(FieldCause.Invalid("status.storedVersions", "[]string(nil)", "must have at least one stored version"));
        for (var i = 0; i < stored.Count; i++)
        {
            if (versions.All(v => v.Text("name") != stored[i]))
                causes.Add(FieldCause.Invalid($"status.storedVersions[{i}]", FieldCause.Quoted(stored[i]), "must appear in spec.versions"));
        }
    }

    private static void ValidateUnchanged(JsonObject spec, JsonObject old, List<FieldCause> causes)
    {
        var before = old.Child("spec") ?? [];
        Compare(spec.Text("group"), before.Text("group"), "spec.group");
        Compare(spec.Child("names")?.Text("plural"), before.Child("names")?.Text("plural"), "spec.names.plural");
        var isEstablished = (old.Child("status")?.Children("conditions") ?? []).Any(c => c.Text("type") == "Established" && c.Text("status") == "True");
        if (!isEstablished)
            return;

        Compare(spec.Text("scope"), before.Text("scope"), "spec.scope");
        Compare(spec.Child("names")?.Text("kind"), before.Child("names")?.Text("kind"), "spec.names.kind");

        void Compare(string? now, string? then, string field)
        {
            if (now == then)
                return;
            // A new plural breaks the rule of the name as well: the real server reports the immutable field alone.
            causes.RemoveAll(c => c.Field == "metadata.name");
            causes.Add(FieldCause.Invalid(field, FieldCause.Quoted(now ?? ""), "field is immutable"));
        }
    }

    private static void Complete(JsonObject obj)
    {
        if (obj["spec"] is not JsonObject spec)
            return;

        spec["conversion"] ??= new JsonObject { ["strategy"] = "None" };
    }

    private static IEnumerable<JsonObject> Versions(JsonObject obj) => obj.Child("spec")?.Children("versions") ?? [];

    // As Go prints the versions, without what is behind their pointers.
    private static string Shown(List<JsonObject> versions)
    {
        const string Rest =
            "Deprecated:false, DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), "
            + "Subresources:(*apiextensions.CustomResourceSubresources)(nil), AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil), "
            + "SelectableFields:[]apiextensions.SelectableField(nil)";
        var items = versions.Select(v =>
            $"apiextensions.CustomResourceDefinitionVersion{{Name:\"{v.Text("name")}\", Served:{Bool(v.IsTrue("served"))}, Storage:{Bool(v.IsTrue("storage"))}, {Rest}}}");
        return $"[]apiextensions.CustomResourceDefinitionVersion{{{string.Join(", ", items)}}}";
    }

    private static string Bool(bool value) => value ? "true" : "false";
}
