using System;

namespace Canary.Core.Analysis.Red;

/// <summary>Whose series are asked for.</summary>
/// <param name="Of">The value of a placeholder.</param>
/// <param name="Side">The side that it is.</param>
internal readonly record struct RedSubject(Func<string, string> Of, RedSide Side)
{
    public string this[string placeholder] => Of(placeholder);

    /// <summary>The value as a part of a regular expression.</summary>
    public string Literal(string placeholder) => RedMatch.Literal(Of(placeholder));
}
