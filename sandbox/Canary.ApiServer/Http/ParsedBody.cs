using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Http;

/// <summary>A parsed body, with the members that occur twice in one object: the last one wins, the client is told.</summary>
internal sealed record ParsedBody(JsonNode? Root, IReadOnlyList<string> Duplicates);
