using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;
using Canary.ApiServer.Writing;

namespace Canary.ApiServer.Controllers;

/// <summary>Keeps the status of each ResourceQuota. In a real cluster this is a controller of its own; here it is part of the
/// server.</summary>
internal sealed class QuotaController(StoredObjects store, ResourceCatalogue catalogue)
{
    private readonly ServedResource _quotas = catalogue.Find("", "v1", "resourcequotas")!;

    public void OnChange(ObjectCollection collection, Change change)
    {
        if (_quotas.Objects.Objects.Count == 0 || (collection == _quotas.Objects && change.Kind == StoredChangeKind.Deleted))
            return;
        var ns = change.Current.Json.Namespace();
        foreach (var stored in _quotas.Objects.Objects.Values.Where(quota => quota.Json.Namespace() == ns).ToList())
            Refresh(stored);
    }

    private void Refresh(StoredObject stored)
    {
        var hard = stored.Json.Child("spec", "hard") ?? [];
        var used = hard.Select(entry => System.Collections.Generic.KeyValuePair.Create<string, JsonNode?>(
            entry.Key, QuotaUsage.Text(entry.Key, QuotaUsage.Total(catalogue, stored.Json.Namespace(), entry.Key))));
        var status = new JsonObject { ["hard"] = hard.Copy(), ["used"] = new JsonObject(used) };
        if (JsonNode.DeepEquals(stored.Json["status"], status))
            return;
        var changed = stored.Json.Copy();
        changed["status"] = status;
        store.Put(_quotas.Objects, stored.Key, changed, _quotas);
    }
}
