using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Pods;

/// <summary>Who controls an object: the one owner reference with <c>controller: true</c>.</summary>
internal sealed record ObjectOwner(string Kind, string Name, string Uid)
{
    /// <summary>The controller of the object; null: nobody's.</summary>
    public static ObjectOwner? Read(JsonObject document) => Json.Objects(document, "metadata", "ownerReferences")
        .Where(owner => Json.Flag(owner, "controller") is true)
        .Select(owner => new ObjectOwner(Json.Text(owner, "kind") ?? "", Json.Text(owner, "name") ?? "", Json.Text(owner, "uid") ?? ""))
        .FirstOrDefault();
}
