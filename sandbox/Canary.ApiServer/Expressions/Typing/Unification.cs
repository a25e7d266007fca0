using System;
using System.Collections.Generic;
using Canary.ApiServer.Expressions.Types;

namespace Canary.ApiServer.Expressions.Typing;

/// <summary>Whether arguments fit the parameters of a signature, and what its type parameters stand for then.</summary>
internal sealed class Unification
{
    private readonly Dictionary<string, CelType> _bound = new(StringComparer.Ordinal);

    /// <returns>The type of the result; null where the arguments do not fit.</returns>
    public static CelType? Result(Signature signature, IReadOnlyList<CelType> arguments)
    {
        if (signature.Parameters.Count != arguments.Count)
            return null;
        var unification = new Unification();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!unification.Fits(signature.Parameters[i], arguments[i]))
                return null;
        }

        return unification.Put(signature.Result);
    }

    /// <summary>The type that holds both; null where there is none but dyn.</summary>
    public static CelType? Join(CelType left, CelType right)
    {
        if (left.IsDyn || right.IsDyn)
            return CelType.Dyn;
        if (left.Kind == TypeKind.Null && IsNullable(right))
            return right;
        if (right.Kind == TypeKind.Null && IsNullable(left))
            return left;
        if (left.Kind != right.Kind || left.Name != right.Name)
            return null;
        if (left.Element is not { } element || right.Element is not { } other)
            return Larger(left, right);
        if (Inner(element, other) is not { } joined)
            return null;
        if (left.Key is null || right.Key is null)
            return Larger(left, right) with { Element = joined };
        return Inner(left.Key, right.Key) is { } key ? Larger(left, right) with { Element = joined, Key = key } : null;
    }

    private static CelType? Inner(CelType left, CelType right) => left.IsDyn ? right : right.IsDyn ? left : Join(left, right);

    private static CelType Larger(CelType left, CelType right) =>
        left.MostElements is null || right.MostElements is null ? left with { MostElements = null }
        : left.MostElements >= right.MostElements ? left : right;

    private static bool IsNullable(CelType type) =>
        type.Kind is TypeKind.Object or TypeKind.Opaque or TypeKind.Timestamp or TypeKind.Duration or TypeKind.Null or TypeKind.Optional
        or TypeKind.Dyn;

    private bool Fits(CelType parameter, CelType argument)
    {
        if (parameter.Kind == TypeKind.Parameter)
        {
            if (!_bound.TryGetValue(parameter.Name, out var before))
            {
                _bound[parameter.Name] = argument;
                return true;
            }

            if (before.IsDyn || argument.IsDyn)
            {
                _bound[parameter.Name] = before.IsDyn ? argument : before;
                return true;
            }

            if (Join(before, argument) is not { } joined)
                return false;
            _bound[parameter.Name] = joined;
            return true;
        }

        if (parameter.IsDyn || argument.IsDyn)
            return true;
        if (parameter.Kind == TypeKind.Type && argument.Kind == TypeKind.Type)
            return true;
        if (parameter.Kind != argument.Kind || parameter.Name != argument.Name)
            return false;
        return (parameter.Element is null || argument.Element is null || Fits(parameter.Element, argument.Element))
            && (parameter.Key is null || argument.Key is null || Fits(parameter.Key, argument.Key));
    }

    private CelType Put(CelType type)
    {
        if (type.Kind == TypeKind.Parameter)
            return _bound.GetValueOrDefault(type.Name) ?? CelType.Dyn;
        if (type.Element is null)
            return type;
        return type with { Element = Put(type.Element), Key = type.Key is null ? null : Put(type.Key) };
    }
}
