using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>A list, or one page of it. Items carry <c>apiVersion</c> and <c>kind</c> also where the server leaves them out.</summary>
/// <param name="Items">The objects.</param>
/// <param name="ResourceVersion">State that the list shows; a watch goes on from here.</param>
/// <param name="Continue">Token of the next page; null on the last.</param>
public sealed record ObjectList(IReadOnlyList<JsonObject> Items, string ResourceVersion, string? Continue);
