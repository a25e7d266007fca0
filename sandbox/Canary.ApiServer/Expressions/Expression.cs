using System;
using System.Collections.Generic;
using System.Linq;
using Canary.ApiServer.Expressions.Syntax;
using Canary.ApiServer.Expressions.Types;
using Canary.ApiServer.Expressions.Typing;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions;

/// <summary>A CEL expression that was read and checked.</summary>
internal sealed class Expression
{
    private readonly CelNode _root;

    private Expression(string source, CelNode root, CelType type, double mostCost, bool namesOldSelf)
    {
        _root = root;
        Source = source;
        Type = type;
        MostCost = mostCost;
        NamesOldSelf = namesOldSelf;
    }

    public string Source { get; }

    public CelType Type { get; }

    /// <summary>The most that one evaluation can cost.</summary>
    public double MostCost { get; }

    /// <summary>A rule about a change: it names the value that was there before.</summary>
    public bool NamesOldSelf { get; }

    /// <returns>The expression; null with what is wrong, worded as by cel-go.</returns>
    public static (Expression? Expression, string? Error) Compile(string source, IReadOnlyDictionary<string, CelType> variables)
    {
        var (root, problems) = ExpressionReader.Read(source);
        if (root is null)
            return (null, Problem.Text(source, problems));
        var (types, wrong) = TypeCheck.Run(root, variables);
        return wrong.Count > 0
            ? (null, Problem.Text(source, wrong))
            : (new Expression(source, root, types[root], new CostEstimate(types).Most(root), types.Keys.OfType<CelNode.Identifier>()
                .Any(name => name.Name == "oldSelf")), null);
    }

    /// <returns>The value, or why there is none.</returns>
    public (object? Value, string? Error) Evaluate(IReadOnlyDictionary<string, Func<object?>> variables)
    {
        try
        {
            return (new CelEvaluation(variables).Value(_root), null);
        }
        catch (CelError error)
        {
            return (null, error.Message);
        }
    }
}
