using System;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Replies;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Reading;

/// <summary>The lines of one watch in the form that its client asked for. Plain objects are serialised once for all watches.</summary>
internal sealed class WatchLines(ResourceCatalogue catalogue, ServedResource first, AnswerForm form, ObjectShapes shapes)
{
    private static readonly byte[] LineEnd = "}\n"u8.ToArray();

    private bool _hasShownColumns;

    // A definition may change while the watch runs: its objects are shown as they are served now.
    private ServedResource Resource => catalogue.Find(first.Group, first.Version, first.Plural) ?? first;

    public byte[] Event(string type, StoredObject stored)
    {
        var resource = Resource;
        return form.Shape == AnswerShape.Plain ? Line(type, resource.Text(stored)) : Line(type, Shaped(resource, resource.View(stored)));
    }

    /// <summary>An object that left the selection: its state before, with the revision of the change that took it out.</summary>
    public byte[] Departure(StoredObject previous, long revision)
    {
        var view = Resource.View(previous).Copy();
        view.Metadata()["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
        return Line("DELETED", Shaped(Resource, view));
    }

    public byte[] Bookmark(long revision, bool isEndOfInitial)
    {
        var resource = first;
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        if (!resource.IsCustom)
            metadata["creationTimestamp"] = null;
        if (isEndOfInitial)
        {
            metadata["annotations"] = new JsonObject
            {
                ["k8s.io/initial-events-end"] = "true",
                ["kubernetes.io/initial-events-list-blueprint"] =
                    Convert.ToBase64String(Encoding.UTF8.GetBytes(EmptyList(resource).ToJsonString(ReplyJson.Options) + "\n")),
            };
        }

        var obj = new JsonObject { ["kind"] = resource.Kind, ["apiVersion"] = resource.ApiVersion, ["metadata"] = metadata };
        return Line("BOOKMARK", Encoding.UTF8.GetBytes(obj.ToJsonString(ReplyJson.Options)));
    }

    private static JsonObject EmptyList(ServedResource resource) => resource.IsCustom
        ? new JsonObject { ["apiVersion"] = resource.ApiVersion, ["items"] = new JsonArray(), ["kind"] = resource.Names.ListKind }
        : new JsonObject
        {
            ["kind"] = resource.Names.ListKind,
            ["apiVersion"] = resource.ApiVersion,
            ["metadata"] = new JsonObject(),
            ["items"] = null
        };

    private byte[] Shaped(ServedResource resource, JsonObject view)
    {
        var shaped = shapes.Item(resource, view, form);
        if (form.Shape == AnswerShape.Table)
        {
            if (_hasShownColumns)
                shaped["columnDefinitions"] = null;
            _hasShownColumns = true;
        }

        return Encoding.UTF8.GetBytes(shaped.ToJsonString(ReplyJson.Options));
    }

    private static byte[] Line(string type, byte[] obj)
    {
        var head = Encoding.ASCII.GetBytes($"{{\"type\":\"{type}\",\"object\":");
        var line = new byte[head.Length + obj.Length + LineEnd.Length];
        head.CopyTo(line, 0);
        obj.CopyTo(line, head.Length);
        LineEnd.CopyTo(line, head.Length + obj.Length);
        return line;
    }
}
