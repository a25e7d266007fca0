using System;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>Leaves the parser at the first thing it cannot read; never leaves <see cref="MetricCondition"/>.</summary>
internal sealed class SyntaxException(int position, string message) : Exception(message)
{
    public int Position => position;
}
