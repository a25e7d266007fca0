using System.Text.Json.Nodes;

namespace Canary.ApiServer.Catalogue;

/// <summary>The difference between the form in which an object is kept and the one that a second version serves. Both work in
/// place.</summary>
internal abstract class VersionForm
{
    public abstract void FromStored(JsonObject obj);

    public abstract void ToStored(JsonObject obj);

    protected static void Rename(JsonObject obj, string from, string to)
    {
        if (!obj.TryGetPropertyValue(from, out var value))
            return;

        obj.Remove(from);
        obj[to] = value;
    }
}
