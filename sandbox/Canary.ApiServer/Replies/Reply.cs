using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Catalogue;

namespace Canary.ApiServer.Replies;

/// <summary>What goes back to the client, before its form is chosen.</summary>
internal abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>A document that has one form only: Status, discovery, OpenAPI, reviews.</summary>
    public sealed record Document(int Code, JsonNode Body, string? ContentType = null) : Reply;

    /// <summary>An object of a resource, which the client may want as a Table or as metadata only.</summary>
    public sealed record Item(int Code, ServedResource Resource, JsonObject Body) : Reply;

    public sealed record List(ServedResource Resource, IReadOnlyList<JsonObject> Items, JsonObject Metadata) : Reply;

    public sealed record Text(int Code, string Body) : Reply;

    /// <summary>A body written over time, one JSON text a line.</summary>
    public sealed record Stream(Func<System.IO.Stream, CancellationToken, Task> WriteAsync) : Reply;
}
