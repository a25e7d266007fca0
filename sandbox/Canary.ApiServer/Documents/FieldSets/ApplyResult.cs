using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>What came of an apply.</summary>
internal abstract record ApplyResult
{
    private ApplyResult()
    {
    }

    /// <summary>The merged object with its managers, before defaulting and validation.</summary>
    public sealed record Merged(JsonObject Object) : ApplyResult;

    /// <summary>Others own fields that would change: 409.</summary>
    public sealed record Conflicting(string Message, IReadOnlyList<JsonObject> Causes) : ApplyResult;
}
