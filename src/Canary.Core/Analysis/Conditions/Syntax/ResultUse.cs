using System.Linq;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>How a condition uses its measurement: one series at a time, or all of them together.</summary>
internal static class ResultUse
{
    /// <summary>
    /// It speaks of the list of series itself: a closure, a slice or a function over it (<c>len(result)</c>), a member other than the
    /// first, a search in it. <c>result[0]</c> speaks of one series, and so does <c>result</c> where one value is meant: compared with a
    /// number, or asked for isNaN.
    /// </summary>
    public static bool SpeaksOfAll(Node node) => node switch
    {
        Node.Index
        {
            Target: var target,
            At: Node.Literal { Value: Value.Integer { Amount: 0 } or Value.Number { Amount: 0 } }
        } when IsResult(target) => false,
        Node.Binary { Operator: BinaryOperator.In or BinaryOperator.Range } binary => Names(binary) || Deeper(binary),
        Node.Binary binary =>
            (Names(binary) && binary.Parts.Any(part => part is Node.ListOf || binary.Parts.All(IsResult))) || Deeper(binary),
        Node.Call call =>
            (call.Function.Name is not ("isNaN" or "isInf" or "isNil" or "default" or "asInt" or "asFloat" or "int" or "float")
                && Names(call)) || Deeper(call),
        Node.Closure or Node.Slice or Node.ListOf or Node.MapOf or Node.Index or Node.Method => Names(node) || Deeper(node),
        _ => Deeper(node),
    };

    /// <summary>It asks a range answer for its series, by <c>Values</c> or <c>Labels</c>, and not for one list of all values.</summary>
    public static bool AsksForSeries(Node node) => node is Node.Field { Name: "Values" or "Labels" } || node.Parts.Any(AsksForSeries);

    /// <summary>It has <c>result</c> itself as a part.</summary>
    private static bool Names(Node node) => node.Parts.Any(IsResult);

    private static bool Deeper(Node node) => node.Parts.Any(SpeaksOfAll);

    private static bool IsResult(Node node) => node is Node.Result || (node is Node.Variable { Bound: var bound } && IsResult(bound));
}
