using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using Canary.ApiServer.Expressions.Types;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>Every function that an expression may call: CEL's own, its string extensions, and Kubernetes' libraries of version
/// 1.32.</summary>
internal static class Library
{
    private static readonly FrozenDictionary<string, CelFunction> Functions = Read();

    public static CelFunction? Find(string name) => Functions.GetValueOrDefault(name);

    private static FrozenDictionary<string, CelFunction> Read()
    {
        var functions = new Dictionary<string, CelFunction>(StringComparer.Ordinal);
        OperatorLibrary.AddTo(Add);
        ConversionLibrary.AddTo(Add);
        TimeLibrary.AddTo(Add);
        StringLibrary.AddTo(Add);
        ListLibrary.AddTo(Add);
        OptionalLibrary.AddTo(Add);
        AddressLibrary.AddTo(Add);
        QuantityLibrary.AddTo(Add);
        FormatLibrary.AddTo(Add);
        AuthorizerLibrary.AddTo(Add);
        return functions.ToFrozenDictionary(StringComparer.Ordinal);

        // Libraries share names: add(), indexOf(), ip(). Each says which values are its own.
        void Add(string name, string overloads, Func<IReadOnlyList<object?>, object?> invoke)
        {
            var read = Signature.Read(overloads);
            functions[name] = functions.TryGetValue(name, out var known)
                ? known with { Overloads = [.. known.Overloads, .. read], Invoke = arguments => Either(known.Invoke, invoke, arguments) }
                : new CelFunction(name, read, invoke);
        }
    }

    private static object? Either(Func<IReadOnlyList<object?>, object?> first, Func<IReadOnlyList<object?>, object?> second,
        IReadOnlyList<object?> arguments)
    {
        try
        {
            return first(arguments);
        }
        catch (CelError error) when (error.IsNoOverload)
        {
            return second(arguments);
        }
    }
}
