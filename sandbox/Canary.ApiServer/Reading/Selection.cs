using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Documents.Selectors;
using Canary.ApiServer.Http;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Reading;

/// <summary>Which objects of a collection a request is about.</summary>
internal sealed class Selection(ServedResource resource, string ns, LabelSelector? labels, FieldSelector? fields)
{
    private readonly string _keyPrefix = resource.IsNamespaced && ns.Length > 0 ? ns + "/" : "";

    /// <summary>Something more than the namespace is asked for: how many are left over is then not told.</summary>
    public bool IsNarrowed => labels is not null || fields is not null;

    public static Selection Parse(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource)
    {
        var labelText = request.QueryText("labelSelector") ?? "";
        var fieldText = request.QueryText("fieldSelector") ?? "";
        try
        {
            var labels = labelText.Length == 0 ? null : LabelSelector.Parse(labelText);
            var fields = fieldText.Length == 0 ? null : Fields(resource, fieldText);
            return new Selection(resource, path.Namespace, labels, fields);
        }
        catch (SelectorException e)
        {
            throw ApiRefusal.BadRequest(e.Message);
        }
    }

    public bool Holds(StoredObject stored) =>
        stored.Key.StartsWith(_keyPrefix, System.StringComparison.Ordinal) && Matches(resource.View(stored));

    private static FieldSelector Fields(ServedResource resource, string text) =>
        resource.IsCustom ? FieldSelector.ForCustomResource(text, resource.SelectableFields)
        : FieldSelector.ForBuiltIn(text, resource.Kind);

    private bool Matches(JsonObject obj) => labels?.Matches(obj) != false && fields?.Matches(obj) != false;
}
