using System;
using System.Collections.Generic;
using System.Linq;
using Canary.ApiServer.Expressions.Libraries;
using Canary.ApiServer.Expressions.Syntax;
using Canary.ApiServer.Expressions.Types;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions;

/// <summary>Walks an expression that was checked and computes its value.</summary>
internal sealed class CelEvaluation(IReadOnlyDictionary<string, Func<object?>> variables)
{
    /// <summary>Steps of one evaluation, about as much work as the API server allows one expression.</summary>
    private const int MostSteps = 1_000_000;

    /// <summary>Steps that a text costs, per character.</summary>
    private const double TextStep = 0.1;

    private readonly Dictionary<string, object?> _known = new(StringComparer.Ordinal);
    private double _steps;

    /// <exception cref="CelError">The expression has no value.</exception>
    public object? Value(CelNode node) => Of(node, null);

    private sealed record Scope(string Name, object? Value, Scope? Outer);

    private object? Of(CelNode node, Scope? scope)
    {
        Spend(1);
        return node switch
        {
            CelNode.Literal literal => literal.Value,
            CelNode.Identifier identifier => Variable(identifier.Name, scope),
            CelNode.Select select => Select(select, scope),
            CelNode.Call call => Call(call, scope),
            CelNode.ListOf list => new ListValue([.. list.Items.SelectMany((item, i) => Item(Of(item, scope), list.AreOptional[i]))]),
            CelNode.MapOf map => Map(map, scope),
            _ => Loop((CelNode.Loop)node, scope),
        };
    }

    private void Spend(double cost)
    {
        _steps += cost;
        if (_steps > MostSteps)
            throw new CelError("operation cancelled: actual cost limit exceeded");
    }

    private static IEnumerable<object?> Item(object? value, bool isOptional) =>
        !isOptional ? [value] : value is OptionalValue optional ? optional.HasValue ? [optional.Value] : [] : throw CelError.NoOverload;

    private object? Variable(string name, Scope? scope)
    {
        for (; scope is not null; scope = scope.Outer)
        {
            if (scope.Name == name)
                return scope.Value;
        }

        if (_known.TryGetValue(name, out var value))
            return value;
        if (variables.TryGetValue(name, out var read))
            return _known[name] = read();
        return CelType.Find(name) ?? throw new CelError($"no such attribute(s): {name}");
    }

    private object? Select(CelNode.Select select, Scope? scope)
    {
        if (DottedName.Read(select) is { } path && !IsVariable(DottedName.Head(path), scope) && CelType.Find(path) is { } type)
            return type;
        if (DottedName.Read(select) is { } dotted && variables.TryGetValue(dotted, out var read))
            return read();
        var operand = Of(select.Operand, scope);
        if (operand is OptionalValue optional)
        {
            var found = optional is { HasValue: true, Value: MapValue inside } && inside.Has(select.Field);
            if (select.IsTest)
                return found;
            return found ? OptionalValue.Of(OperatorLibrary.Index(optional.Value, select.Field)) : OptionalValue.None;
        }

        if (operand is not MapValue map)
            throw operand is null ? CelError.NoKey(select.Field) : CelError.NoOverload;
        if (select.IsTest)
            return map.Has(select.Field);
        if (select.IsOptional)
            return OperatorLibrary.OptionalIndex(map, select.Field);
        return map.TryGet(select.Field, out var value) ? value : throw CelError.NoKey(select.Field);
    }

    private object? Call(CelNode.Call call, Scope? scope)
    {
        switch (call.Function)
        {
            case "_&&_":
                return Either(call.Arguments[0], call.Arguments[1], decisive: false, scope);
            case "_||_":
                return Either(call.Arguments[0], call.Arguments[1], decisive: true, scope);
            case "_?_:_":
                return Of(call.Arguments[0], scope) is bool condition ? Of(call.Arguments[condition ? 1 : 2], scope)
                    : throw CelError.NoOverload;
        }

        if (call.Target is not null && DottedName.Read(call.Target) is { } path && !IsVariable(DottedName.Head(path), scope)
            && Library.Find($"{path}.{call.Function}") is { } spaced)
            return Invoke(spaced, [.. call.Arguments.Select(argument => Of(argument, scope))]);
        var function = Library.Find(call.Function) ?? throw new CelError($"no such function: {call.Function}");
        return Invoke(function,
            [.. (call.Target is null ? call.Arguments : call.Arguments.Prepend(call.Target)).Select(argument => Of(argument, scope))]);
    }

    private object? Invoke(CelFunction function, object?[] arguments)
    {
        foreach (var argument in arguments)
            Spend(argument is string text ? text.Length * TextStep : argument is ListValue list ? list.Items.Count * TextStep : 0);
        return function.Invoke(arguments);
    }

    // One side that decides is enough, even where the other has no value.
    private bool Either(CelNode left, CelNode right, bool decisive, Scope? scope)
    {
        var (first, error) = Try(left, scope);
        if (error is null && first is bool decided && decided == decisive)
            return decisive;
        var (second, other) = Try(right, scope);
        if (other is null && second is bool also && also == decisive)
            return decisive;
        if ((error ?? other) is { } wrong)
            throw wrong;
        return first is bool && second is bool ? !decisive : throw CelError.NoOverload;
    }

    private (object? Value, CelError? Error) Try(CelNode node, Scope? scope)
    {
        try
        {
            return (Of(node, scope), null);
        }
        catch (CelError error) when (_steps <= MostSteps)
        {
            return (null, error);
        }
    }

    private MapValue.Made Map(CelNode.MapOf map, Scope? scope)
    {
        var entries = new List<KeyValuePair<object?, object?>>();
        foreach (var (key, value, isOptional) in map.Entries)
        {
            var name = Of(key, scope);
            if (name is not (string or long or ulong or bool))
                throw new CelError("unsupported key type");
            if (entries.Exists(entry => Comparisons.AreEqual(entry.Key, name)))
                throw new CelError($"Failed with repeated key: {name}");
            entries.AddRange(Item(Of(value, scope), isOptional).Select(one => KeyValuePair.Create<object?, object?>(name, one)));
        }

        return new MapValue.Made(entries);
    }

    private object? Loop(CelNode.Loop loop, Scope? scope)
    {
        var range = Of(loop.Range, scope);
        if (loop.Kind is LoopKind.OptionalMap or LoopKind.OptionalFlatMap)
            return OfOptional(loop, range as OptionalValue ?? throw CelError.NoOverload, scope);
        var elements = Elements(range, loop.Second is not null).Select(element => (element.First, Scope: Around(loop, element, scope)))
            .Where(element => loop.Filter is null || True(loop.Filter, element.Scope));
        switch (loop.Kind)
        {
            case LoopKind.All:
                return Quantified(elements.Select(element => element.Scope), loop.Body, decisive: false);
            case LoopKind.Exists:
                return Quantified(elements.Select(element => element.Scope), loop.Body, decisive: true);
            case LoopKind.ExistsOne:
                return elements.Count(element => True(loop.Body, element.Scope)) == 1;
            case LoopKind.Filter:
                return new ListValue([.. elements.Where(element => True(loop.Body, element.Scope)).Select(element => element.First)]);
            case LoopKind.TransformMap:
                return new MapValue.Made(
                    [.. elements.Select(element => KeyValuePair.Create<object?, object?>(element.First, Of(loop.Body, element.Scope)))]);
            default:
                return new ListValue([.. elements.Select(element => Of(loop.Body, element.Scope))]);
        }
    }

    private static IEnumerable<(object? First, object? Second)> Elements(object? range, bool hasTwo) => range switch
    {
        ListValue list when hasTwo => list.Items.Select((item, i) => ((object?)(long)i, item)),
        ListValue list => list.Items.Select(item => (item, (object?)null)),
        MapValue map => map.Keys.Select(key => (key, hasTwo ? OperatorLibrary.Index(map, key) : null)),
        _ => throw CelError.NoOverload,
    };

    private static Scope Around(CelNode.Loop loop, (object? First, object? Second) element, Scope? scope)
    {
        var inner = new Scope(loop.Variable, element.First, scope);
        return loop.Second is null ? inner : new Scope(loop.Second, element.Second, inner);
    }

    private bool True(CelNode node, Scope scope) => Of(node, scope) is bool value ? value : throw CelError.NoOverload;

    private bool Quantified(IEnumerable<Scope> scopes, CelNode body, bool decisive)
    {
        CelError? wrong = null;
        foreach (var scope in scopes)
        {
            var (value, error) = Try(body, scope);
            if (error is null && value is bool decided && decided == decisive)
                return decisive;
            wrong ??= error ?? (value is bool ? null : CelError.NoOverload);
        }

        return wrong is null ? !decisive : throw wrong;
    }

    private object OfOptional(CelNode.Loop loop, OptionalValue optional, Scope? scope)
    {
        if (!optional.HasValue)
            return OptionalValue.None;
        var value = Of(loop.Body, new Scope(loop.Variable, optional.Value, scope));
        return loop.Kind == LoopKind.OptionalMap ? OptionalValue.Of(value) : value as OptionalValue ?? throw CelError.NoOverload;
    }

    private bool IsVariable(string name, Scope? scope)
    {
        for (; scope is not null; scope = scope.Outer)
        {
            if (scope.Name == name)
                return true;
        }

        return variables.ContainsKey(name);
    }
}
