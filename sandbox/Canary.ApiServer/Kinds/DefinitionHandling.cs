using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Kinds;

/// <summary>CustomResourceDefinitions: what happens when one is written; what one may say is checked by <c>DefinitionRules</c>.</summary>
internal sealed class DefinitionHandling : KindHandling
{
    public override bool HasGeneration => true;

    public override bool AllowsUnconditionalUpdate => false;

    public override bool AnswersDeletionWithObject => true;

    public override JsonObject? InitialStatus(JsonObject obj) => new()
    {
        ["conditions"] = null,
        ["acceptedNames"] = new JsonObject { ["plural"] = "", ["kind"] = "" },
        ["storedVersions"] = Versions(obj).Where(v => v.IsTrue("storage")).Take(1).Select(v => v.Text("name") ?? "").ToJsonArray(),
    };

    public override void PrepareCreate(JsonObject obj, bool isDryRun) => Complete(obj);

    public override void PrepareUpdate(JsonObject obj, JsonObject old)
    {
        Complete(obj);
        // A version that becomes the storage version has objects in it from then on.
        if (obj.Child("status") is not { } status
            || Versions(obj).FirstOrDefault(v => v.IsTrue("storage"))?.Text("name") is not { } storage)
            return;
        if (!status.Texts("storedVersions").Contains(storage))
            status["storedVersions"] = status.Texts("storedVersions").Append(storage).ToJsonArray();
    }

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldCause> causes)
    {
        var spec = obj.Child("spec") ?? [];
        if (old is not null)
            ValidateUnchanged(spec, old, causes);
    }

    private static void ValidateUnchanged(JsonObject spec, JsonObject old, List<FieldCause> causes)
    {
        var before = old.Child("spec") ?? [];
        Compare(spec.Text("group"), before.Text("group"), "spec.group");
        Compare(spec.Child("names")?.Text("plural"), before.Child("names")?.Text("plural"), "spec.names.plural");
        var isEstablished =
            (old.Child("status")?.Children("conditions") ?? []).Any(c => c.Text("type") == "Established" && c.Text("status") == "True");
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
}
