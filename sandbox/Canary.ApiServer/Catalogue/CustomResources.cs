using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Columns;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Kinds;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Catalogue;

/// <summary>Makes served resources out of definitions. One whose spec did not change stays the very same, with its parsed
/// schemas.</summary>
internal sealed class CustomResources(StoredObjects store)
{
    private readonly
        Dictionary<string, (JsonNode? Spec, bool IsEnding, IReadOnlyList<ServedResource> Served, CancellationTokenSource Replaced)> _known =
            new(StringComparer.Ordinal);

    private readonly List<CancellationTokenSource> _replaced = [];

    public IReadOnlyList<ServedResource> Of(JsonObject definition)
    {
        var spec = definition.Child("spec") ?? [];
        var isEnding = definition.IsTerminating();
        if (_known.TryGetValue(definition.Uid(), out var before) && before.IsEnding == isEnding && JsonNode.DeepEquals(before.Spec, spec))
            return before.Served;

        // One that is being deleted goes on telling its watches what goes.
        var isSame = before.Replaced is not null && JsonNode.DeepEquals(before.Spec, spec);
        if (before.Replaced is not null && !isSame) _replaced.Add(before.Replaced);
        var end = isSame ? before.Replaced! : new CancellationTokenSource();
        IReadOnlyList<ServedResource> served =
            [.. spec.Children("versions").Where(v => v.IsTrue("served"))
                .Select(v => Serve(definition.Uid(), spec, v, isEnding, end.Token))];
        _known[definition.Uid()] = (spec, isEnding, served, end);
        return served;
    }

    /// <summary>Ends the watches of what is served no more, or in another form: to be called when its successors are served.</summary>
    public void EndReplaced()
    {
        foreach (var end in _replaced) _ = end.CancelAsync();
        _replaced.Clear();
    }

    public void Forget(string uid)
    {
        _known.Remove(uid);
        store.Drop(uid);
    }

    private ServedResource Serve(string uid, JsonObject spec, JsonObject version, bool isEnding, CancellationToken end)
    {
        var schema = version.Child("schema", "openAPIV3Schema") ?? [];
        var subresources = version.Child("subresources");
        var scale = subresources?.Child("scale");
        // The objects belong to the definition's uid: a definition of the same name that comes later starts empty.
        var names = ResourceNames.Of(spec.Child("names") ?? []);
        var isNamespaced = spec.Text("scope") == "Namespaced";
        return new ServedResource(spec.Text("group") ?? "", version.Text("name")
            ?? "", names, isNamespaced, store.Collection(uid), CustomHandling.Instance)
        {
            IsCustom = true,
            IsEnding = isEnding,
            Replaced = end,
            Versions = [.. spec.Children("versions").Where(v => v.IsTrue("served")).Select(v => v.Text("name") ?? "")],
            HasStatus = subresources?.ContainsKey("status") == true,
            Scale = scale is null
                ? null
                : new ScalePaths(scale.Text("specReplicasPath") ?? "", scale.Text("statusReplicasPath")
                    ?? "", scale.Text("labelSelectorPath")),
            Schema = ObjectSchema.FromCustomResource(schema, subresources),
            Columns = TableView.CustomResource(version["additionalPrinterColumns"] as JsonArray),
            SelectableFields = [.. version.Children("selectableFields").Select(f => f.Text("jsonPath") ?? "")],
        };
    }
}
