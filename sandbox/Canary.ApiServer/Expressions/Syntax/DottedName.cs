using System.Collections.Generic;

namespace Canary.ApiServer.Expressions.Syntax;

/// <summary>Names with dots, which look like fields of a variable: <c>authorizer.requestResource</c>, <c>google.protobuf.Timestamp</c>,
/// <c>ip.isCanonical</c>.</summary>
internal static class DottedName
{
    /// <summary>No name that anybody declares has more parts.</summary>
    private const int MostParts = 3;

    /// <returns>Null where the node is no such name.</returns>
    public static string? Read(CelNode node)
    {
        var parts = new Stack<string>();
        while (node is CelNode.Select { IsTest: false, IsOptional: false } select && parts.Count < MostParts)
        {
            parts.Push(select.Field);
            node = select.Operand;
        }

        return node is CelNode.Identifier identifier ? string.Join('.', parts.Count == 0 ? [identifier.Name] : [identifier.Name, .. parts])
            : null;
    }

    /// <summary>The first part, which may be a variable.</summary>
    public static string Head(string name) => name.Split('.')[0];
}
