using System.Collections.Generic;
using System.Linq;
using Canary.ApiServer.Expressions.Libraries;
using Canary.ApiServer.Expressions.Syntax;
using Canary.ApiServer.Expressions.Types;
using Canary.ApiServer.Expressions.Values;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Expressions.Typing;

/// <summary>Gives every part of an expression its type, and finds what cannot be right whatever the values are.</summary>
internal sealed class TypeCheck
{
    private readonly Dictionary<CelNode, CelType> _types = new(ReferenceEqualityComparer.Instance);
    private readonly List<Problem> _problems = [];

    private TypeCheck()
    {
    }

    /// <returns>The type of each node by reference, and the problems; of several all.</returns>
    public static (IReadOnlyDictionary<CelNode, CelType> Types, IReadOnlyList<Problem> Problems) Run(CelNode expression,
        IReadOnlyDictionary<string, CelType> variables)
    {
        var check = new TypeCheck();
        check.Of(expression, new Scope(variables, null, "", CelType.Dyn));
        return (check._types, check._problems);
    }

    /// <summary>Variables of the expression, and those of the macros around a place.</summary>
    private sealed record Scope(IReadOnlyDictionary<string, CelType> Roots, Scope? Outer, string Name, CelType Type)
    {
        public CelType? Find(string name)
        {
            for (var scope = this; scope is not null; scope = scope.Outer)
            {
                if (scope.Outer is not null && scope.Name == name)
                    return scope.Type;
            }

            return Roots.GetValueOrDefault(name);
        }

        public Scope With(string name, CelType type) => new(Roots, this, name, type);
    }

    private CelType Of(CelNode node, Scope scope) => _types[node] = node switch
    {
        CelNode.Literal literal => OfLiteral(literal.Value),
        CelNode.Identifier identifier => OfIdentifier(identifier, scope),
        CelNode.Select select => OfSelect(select, scope),
        CelNode.Call call => OfCall(call, scope),
        CelNode.ListOf list => OfList(list, scope),
        CelNode.MapOf map => OfMap(map, scope),
        _ => OfLoop((CelNode.Loop)node, scope),
    };

    private static CelType OfLiteral(object? value) => value switch
    {
        null => CelType.Null,
        bool => CelType.Bool,
        long => CelType.Int,
        ulong => CelType.Uint,
        double => CelType.Double,
        string text => CelType.String with { MostElements = text.Length },
        byte[] bytes => CelType.Bytes with { MostElements = bytes.Length },
        _ => CelType.Dyn,
    };

    private CelType OfIdentifier(CelNode.Identifier identifier, Scope scope)
    {
        if (scope.Find(identifier.Name) is { } type)
            return type;
        return CelType.Find(identifier.Name) is { } named ? CelType.TypeOf(named)
            : Wrong(identifier.Position, $"undeclared reference to '{identifier.Name}' (in container '')");
    }

    private CelType OfSelect(CelNode.Select select, Scope scope)
    {
        // A name with dots that begins with no variable can be that of a type.
        if (DottedName.Read(select) is { } path && scope.Find(DottedName.Head(path)) is null && CelType.Find(path) is { } named)
            return CelType.TypeOf(named);
        if (DottedName.Read(select) is { } dotted && scope.Roots.TryGetValue(dotted, out var variable))
            return select.IsTest ? CelType.Bool : variable;
        var operand = Of(select.Operand, scope);
        var isOptional = operand.Kind == TypeKind.Optional;
        var field = Field(isOptional ? operand.Element! : operand, select);
        if (select.IsTest)
            return CelType.Bool;
        return (isOptional || select.IsOptional) && field.Kind != TypeKind.Optional ? CelType.Optional(field) : field;
    }

    private CelType Field(CelType operand, CelNode.Select select)
    {
        switch (operand.Kind)
        {
            case TypeKind.Dyn:
                return CelType.Dyn;
            case TypeKind.Map:
                return operand.Element!;
            case TypeKind.Object:
                return operand.Fields.GetValueOrDefault(select.Field) ?? Wrong(select.Position, $"undefined field '{select.Field}'");
            default:
                return Wrong(select.Position, $"type '{operand.Shown}' does not support field selection");
        }
    }

    private CelType OfCall(CelNode.Call call, Scope scope)
    {
        // A function of a namespace looks like a method of a variable that nobody declared.
        if (call.Target is not null && DottedName.Read(call.Target) is { } path && scope.Find(DottedName.Head(path)) is null
            && Library.Find($"{path}.{call.Function}") is { } spaced)
            return Overload(call, $"{path}.{call.Function}", spaced, false, [.. call.Arguments.Select(argument => Of(argument, scope))]);
        var arguments = (call.Target is null ? call.Arguments
            : call.Arguments.Prepend(call.Target)).Select(argument => OfArgument(call, argument, scope)).ToList();
        Literals(call);
        return Library.Find(call.Function) is { } function
            ? Overload(call, call.Function, function, call.Target is not null, arguments)
            : Wrong(call.Position, $"undeclared reference to '{call.Function}' (in container '')");
    }

    // What a text is formatted with may be of all types.
    private CelType OfArgument(CelNode.Call call, CelNode argument, Scope scope)
    {
        if (call.Function != "format" || argument is not CelNode.ListOf list)
            return Of(argument, scope);
        foreach (var item in list.Items)
            Of(item, scope);
        return _types[list] = CelType.List(CelType.Dyn) with { MostElements = list.Items.Count };
    }

    /// <summary>A pattern, duration or time that is written down is checked where it stands.</summary>
    private void Literals(CelNode.Call call)
    {
        if (call.Arguments.LastOrDefault() is not CelNode.Literal { Value: string text } literal)
            return;
        var isWrong = call.Function switch
        {
            "matches" => GoRegex.Compile(text).Error is not null,
            "duration" => Times.ReadDuration(text) is null,
            "timestamp" => Times.ReadTimestamp(text) is null,
            _ => false,
        };
        if (isWrong)
            Wrong(literal.Position, $"invalid {call.Function} argument");
    }

    private CelType Overload(CelNode.Call call, string name, CelFunction function, bool isMember, List<CelType> arguments)
    {
        var results = function.Overloads.Where(overload => overload.IsMember == isMember)
            .Select(overload => Unification.Result(overload, arguments)).OfType<CelType>().ToList();
        if (results.Count > 0)
            return results.TrueForAll(result => result.Equals(results[0])) ? ResultSizes.Estimate(name, arguments, results[0])
                : CelType.Dyn;
        var shown = string.Join(", ", arguments.Skip(isMember ? 1 : 0).Select(argument => argument.Shown));
        return Wrong(call.Position,
            $"found no matching overload for '{name}' applied to '{(isMember ? arguments[0].Shown + "." : "")}({shown})'");
    }

    private CelType OfList(CelNode.ListOf list, Scope scope)
    {
        CelType? joined = null;
        for (var i = 0; i < list.Items.Count; i++)
        {
            var item = Of(list.Items[i], scope);
            item = list.AreOptional[i] && item.Kind == TypeKind.Optional ? item.Element! : item;
            joined = joined is null ? item : Together(joined, item, list.Items[i]);
        }

        return CelType.List(joined ?? CelType.Dyn) with { MostElements = list.Items.Count };
    }

    private CelType OfMap(CelNode.MapOf map, Scope scope)
    {
        CelType? keys = null;
        CelType? values = null;
        foreach (var (key, value, isOptional) in map.Entries)
        {
            var ofKey = Of(key, scope);
            var ofValue = Of(value, scope);
            ofValue = isOptional && ofValue.Kind == TypeKind.Optional ? ofValue.Element! : ofValue;
            keys = keys is null ? ofKey : Together(keys, ofKey, key);
            values = values is null ? ofValue : Together(values, ofValue, value);
        }

        return CelType.Map(keys ?? CelType.Dyn, values ?? CelType.Dyn) with { MostElements = map.Entries.Count };
    }

    // Kubernetes asks for literals of one type; what is wanted otherwise is said with dyn().
    private CelType Together(CelType before, CelType now, CelNode at) =>
        Unification.Join(before, now) ?? Wrong(at.Position, $"expected type '{before.Shown}' but found '{now.Shown}'");

    private CelType OfLoop(CelNode.Loop loop, Scope scope)
    {
        var range = Of(loop.Range, scope);
        if (loop.Kind is LoopKind.OptionalMap or LoopKind.OptionalFlatMap)
            return OfOptional(loop, range, scope);
        var isMap = range.Kind == TypeKind.Map;
        if (range.Kind is not (TypeKind.List or TypeKind.Map or TypeKind.Dyn))
            return Wrong(loop.Range.Position,
                $"expression of type '{range.Shown}' cannot be range of a comprehension (must be list, map, or dynamic)");
        var first = range.IsDyn ? CelType.Dyn : isMap ? range.Key! : loop.Second is null ? range.Element! : CelType.Int;
        var inner = scope.With(loop.Variable, first);
        if (loop.Second is not null)
            inner = inner.With(loop.Second, range.IsDyn ? CelType.Dyn : range.Element!);
        if (loop.Filter is not null)
            Bool(loop.Filter, inner);
        switch (loop.Kind)
        {
            case LoopKind.All or LoopKind.Exists or LoopKind.ExistsOne:
                Bool(loop.Body, inner);
                return CelType.Bool;
            case LoopKind.Filter:
                Bool(loop.Body, inner);
                return CelType.List(first) with { MostElements = range.MostElements };
            case LoopKind.TransformMap:
                return CelType.Map(isMap ? range.Key! : CelType.Int, Of(loop.Body, inner)) with { MostElements = range.MostElements };
            default:
                return CelType.List(Of(loop.Body, inner)) with { MostElements = range.MostElements };
        }
    }

    private CelType OfOptional(CelNode.Loop loop, CelType range, Scope scope)
    {
        if (range.Kind is not (TypeKind.Optional or TypeKind.Dyn))
            return Wrong(loop.Position,
                $"found no matching overload for '{(loop.Kind == LoopKind.OptionalMap ? "optMap" : "optFlatMap")}' applied to "
                    + $"'{range.Shown}.()'");
        var body = Of(loop.Body, scope.With(loop.Variable, range.Element ?? CelType.Dyn));
        return loop.Kind == LoopKind.OptionalMap || body.Kind != TypeKind.Optional ? CelType.Optional(body) : body;
    }

    private void Bool(CelNode node, Scope scope)
    {
        if (Of(node, scope) is { Kind: not (TypeKind.Bool or TypeKind.Dyn) } type)
            Wrong(node.Position, $"expected type 'bool' but found '{type.Shown}'");
    }

    private CelType Wrong(int position, string message)
    {
        _problems.Add(new Problem(position, message));
        return CelType.Dyn;
    }
}
