using System.Linq;

namespace Canary.Core.Analysis.Conditions;

/// <summary>How a condition uses its measurement: one series at a time, or all of them together.</summary>
internal static class ResultUse
{
    /// <summary>
    /// It speaks of the list of series itself: a closure or a function over it, a member other than the first, a search in it. <c>result[0]</c> speaks of one, and so does a guard
    /// as <c>len(result) &gt; 0</c>.
    /// </summary>
    public static bool SpeaksOfAll(Node node) => node switch
    {
        Node.Literal or Node.Result or Node.Element => false,
        Node.Index { Target: Node.Result, At: var at } => at is not Node.Literal { Value: Value.Number { Amount: 0 } },
        Node.Index index => SpeaksOfAll(index.Target) || SpeaksOfAll(index.At),
        Node.Field field => SpeaksOfAll(field.Target),
        Node.ListOf list => list.Members.Any(SpeaksOfAll),
        Node.Not not => SpeaksOfAll(not.Operand),
        Node.Negate negate => SpeaksOfAll(negate.Operand),
        Node.Choice choice => SpeaksOfAll(choice.Condition) || SpeaksOfAll(choice.WhenTrue) || SpeaksOfAll(choice.WhenFalse),
        Node.Quantify quantify => quantify.Source is Node.Result || SpeaksOfAll(quantify.Source) || SpeaksOfAll(quantify.Closure),
        Node.Call call => call.Function.Name is not ("isNaN" or "isInf" or "isNil" or "default" or "asInt" or "asFloat") && call.Arguments.Any(argument => argument is Node.Result)
            || call.Arguments.Any(SpeaksOfAll),
        Node.Binary binary when IsGuard(binary.Left, binary.Right) || IsGuard(binary.Right, binary.Left) => false,
        Node.Binary { Operator: BinaryOperator.In, Right: Node.Result } => true,
        Node.Binary binary => SpeaksOfAll(binary.Left) || SpeaksOfAll(binary.Right),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static bool IsGuard(Node one, Node other) =>
        one is Node.Call { Function.Name: "len", Arguments: [Node.Result] } && other is Node.Literal { Value: Value.Number { Amount: 0 or 1 } };
}
