using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Columns;
using Canary.ApiServer.Http;
using Canary.ApiServer.Kinds;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Catalogue;

/// <summary>One resource in one version as it is served at this moment. A changed CRD makes new ones; nothing here changes.</summary>
internal sealed record ServedResource(string Group, string Version, ResourceNames Names, bool IsNamespaced, ObjectCollection Objects,
    KindHandling Handling)
{
    private static readonly string[] BuiltInVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] CustomVerbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

    public bool IsCustom { get; init; }

    public bool HasStatus { get; init; }

    public ScalePaths? Scale { get; init; }

    public required ObjectSchema Schema { get; init; }

    public required IReadOnlyList<TableColumn> Columns { get; init; }

    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    /// <summary>All versions of a custom resource that are served, of which this is one.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    public VersionForm? Form { get; init; }

    /// <summary>Another state of its definition took its place: watches end, as a client has to find out what is served now.</summary>
    public CancellationToken Replaced { get; init; }

    /// <summary>The definition is being deleted: objects may go but none may come.</summary>
    public bool IsEnding { get; init; }

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string Kind => Names.Kind;

    public string Plural => Names.Plural;

    public IReadOnlyList<string> Verbs
    {
        get
        {
            if (Handling.IsReview)
                return ["create"];

            var verbs = (IsCustom ? CustomVerbs : BuiltInVerbs).Where(Handling.Allows);
            return IsEnding ? [.. verbs.Where(v => v is not ("create" or "update" or "patch"))] : [.. verbs];
        }
    }

    public string KeyOf(string ns, string name) => IsNamespaced ? $"{ns}/{name}" : name;

    /// <summary>The object as this version serves it. A custom resource written under an older schema shows the defaults of the present
    /// one.</summary>
    public JsonObject View(StoredObject stored)
    {
        if (ReferenceEquals(stored.WrittenBy, this))
            return stored.Json;

        var view = stored.Json.Copy();
        Form?.FromStored(view);
        view["apiVersion"] = ApiVersion;
        if (IsCustom)
            Schema.Default(view);
        return view;
    }

    /// <summary>The form in which an object of this version is kept.</summary>
    public void ToStored(JsonObject obj) => Form?.ToStored(obj);

    public byte[] Text(StoredObject stored) => stored.Text(this, s => Encoding.UTF8.GetBytes(View(s).ToJsonString(ReplyJson.Options)));

    public ApiRefusal NotFound(string name) => ApiRefusal.NotFound(Group, Plural, name);

    // What is wrong is found in the kept form, which is one of the core group.
    public ApiRefusal Invalid(string name, IReadOnlyList<FieldCause> causes) =>
        ApiRefusal.Invalid(Form is null ? Group : "", Kind, name, causes);
}
