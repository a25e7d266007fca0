using System;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>An expression has no value. It never leaves an evaluation: <c>&amp;&amp;</c>, <c>||</c> and the macros may still decide, and
/// the caller is given the text.</summary>
internal sealed class CelError(string message) : Exception(message)
{
    private const string Overload = "no such overload";

    public static CelError NoOverload => new(Overload);

    public bool IsNoOverload => Message == Overload;

    public static CelError NoKey(object? key) => new($"no such key: {key}");
}
