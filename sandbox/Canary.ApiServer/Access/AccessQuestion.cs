using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Access;

/// <summary>What somebody wants to do: something with a resource, or with a path where <paramref name="Path"/> is given.</summary>
internal sealed record AccessQuestion(string Verb, string Group, string Resource, string Namespace, string Name, string? Path)
{
    public static AccessQuestion OfPath(string verb, string path) => new(verb, "", "", "", "", path);

    public static AccessQuestion OfReview(JsonObject spec)
    {
        if (spec.Child("nonResourceAttributes") is { } path)
            return OfPath(path.Text("verb") ?? "", path.Text("path") ?? "");

        var attributes = spec.Child("resourceAttributes") ?? [];
        var subresource = attributes.Text("subresource") ?? "";
        var resource = attributes.Text("resource") ?? "";
        return new AccessQuestion(
            attributes.Text("verb") ?? "",
            attributes.Text("group") ?? "",
            subresource.Length == 0 ? resource : $"{resource}/{subresource}",
            attributes.Text("namespace") ?? "",
            attributes.Text("name") ?? "",
            null);
    }
}
