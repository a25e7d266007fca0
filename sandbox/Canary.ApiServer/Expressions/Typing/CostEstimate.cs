using System;
using System.Collections.Generic;
using System.Linq;
using Canary.ApiServer.Expressions.Syntax;
using Canary.ApiServer.Expressions.Types;

namespace Canary.ApiServer.Expressions.Typing;

/// <summary>The most that an expression can cost, by the sizes that its schema allows; as cel-go and Kubernetes' libraries count.</summary>
/// <remarks>Source: cel-go checker/cost.go and k8s.io/apiserver/pkg/cel/library/cost.go of version 1.32.</remarks>
internal sealed class CostEstimate(IReadOnlyDictionary<CelNode, CelType> types)
{
    private const double Text = 0.1;
    private const double PatternLength = 0.25;
    private const double List = 10;
    private const double Map = 30;

    /// <returns>Cost units; a rule may cost ten million, the rules of a schema a hundred million together.</returns>
    public double Most(CelNode node) => node switch
    {
        CelNode.Literal => 0,
        CelNode.Identifier => 1,
        CelNode.Select select =>
            Most(select.Operand) + (select.IsTest || TypeOf(select.Operand).Kind is not (TypeKind.Map or TypeKind.Object) ? 0 : 1),
        CelNode.ListOf list => List + list.Items.Sum(Most),
        CelNode.MapOf map => Map + map.Entries.Sum(entry => Most(entry.Key) + Most(entry.Value)),
        CelNode.Loop loop => Loop(loop),
        _ => Call((CelNode.Call)node),
    };

    private CelType TypeOf(CelNode node) => types.GetValueOrDefault(node, CelType.Dyn);

    private double Size(CelNode node)
    {
        var type = TypeOf(node);
        if (type.IsScalar || type.Kind == TypeKind.Object)
            return 1;
        return type.MostElements ?? double.PositiveInfinity;
    }

    private double Loop(CelNode.Loop loop)
    {
        var body = Most(loop.Body);
        var (start, condition, step, result) = loop.Kind switch
        {
            LoopKind.All => (0d, 2d, 1 + body, 1d),
            LoopKind.Exists => (0d, 3d, 1 + body, 1d),
            LoopKind.ExistsOne => (0d, 0d, body + 2, 2d),
            LoopKind.OptionalMap or LoopKind.OptionalFlatMap => (0d, 0d, body, 1d),
            _ => (List, 0d, body + 12, 1d),
        };
        step += loop.Filter is null ? 0 : Most(loop.Filter);
        var size = loop.Kind is LoopKind.OptionalMap or LoopKind.OptionalFlatMap ? 1 : Size(loop.Range);
        return Most(loop.Range) + start + (size == 0 ? 0 : size * (condition + step)) + result;
    }

    private double Call(CelNode.Call call)
    {
        var all = (call.Target is null ? call.Arguments : call.Arguments.Prepend(call.Target)).ToList();
        if (call.Function == "_?_:_")
            return Most(all[0]) + Math.Max(Most(all[1]), Most(all[2]));
        var arguments = all.Sum(Most);
        return call.Function switch
        {
            "_&&_" or "_||_" => arguments,
            "@in" => arguments + (TypeOf(all[1]).Kind == TypeKind.List ? Size(all[1]) : 1),
            "startsWith" or "endsWith" => arguments + (Size(all[1]) * Text),
            "matches" or "find" or "findAll" => arguments + Product((Size(all[0]) + 1) * Text, Size(all[1]) * PatternLength),
            "contains" => arguments + Product(Size(all[0]) * Text, Size(all[1]) * Text),
            "_==_" or "_!=_" or "_<_" or "_<=_" or "_>_" or "_>=_" => arguments + Math.Ceiling(Math.Min(Size(all[0]), Size(all[1])) * Text),
            "_+_" when TypeOf(call).Kind is TypeKind.String or TypeKind.Bytes => arguments + ((Size(all[0]) + Size(all[1])) * Text),
            "bytes" or "string" when all.Count > 0 && TypeOf(all[0]).Kind is TypeKind.String or TypeKind.Bytes =>
                arguments + (Size(all[0]) * Text),
            "lowerAscii" or "upperAscii" or "substring" or "trim" or "replace" or "split" or "url" or "isURL" or "quantity" or "isQuantity"
                or "ip" or "isIP" or "cidr" or "isCIDR"
                or "validate" or "format" => arguments + 1 + (Finite(all) * Text),
            "isSorted" or "sum" or "min" or "max" or "indexOf" or "lastIndexOf" or "join" when all.Count > 0 => arguments + Size(all[0]),
            _ => arguments + 1,
        };
    }

    // A text whose length nobody declared counts as far as the request can be long: the cost of these functions is that of their target.
    private double Finite(List<CelNode> all) =>
        all.Count == 0 ? 0 : Size(all[0]) is var size && double.IsInfinity(size) ? 3 * 1024 * 1024 : size;

    private static double Product(double left, double right) => left == 0 || right == 0 ? 0 : left * right;
}
