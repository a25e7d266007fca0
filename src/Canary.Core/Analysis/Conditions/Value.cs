using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Canary.Core.Analysis.Conditions;

/// <summary>A value while a condition is evaluated.</summary>
internal abstract record Value
{
    private Value() { }

    /// <summary>The kind in words, for a message.</summary>
    public abstract string Kind { get; }

    public sealed record Nil : Value
    {
        public override string Kind => "nil";

        public override string ToString() => "nil";
    }

    public sealed record Bool(bool IsTrue) : Value
    {
        public override string Kind => "true or false";

        public override string ToString() => IsTrue ? "true" : "false";
    }

    public sealed record Number(double Amount) : Value
    {
        public override string Kind => "a number";

        public override string ToString() => NumberText.Of(Amount);
    }

    public sealed record Text(string Content) : Value
    {
        public override string Kind => "a text";

        public override string ToString() => $"\"{Content}\"";
    }

    public sealed record List(IReadOnlyList<Value> Members) : Value
    {
        public override string Kind => string.Create(CultureInfo.InvariantCulture, $"a list of {Members.Count}");

        public override string ToString() => $"[{string.Join(", ", Members.Take(10))}{(Members.Count > 10 ? ", ..." : "")}]";
    }

    /// <summary>Named fields. A series of a range answer has <c>Values</c> and <c>Labels</c>, and is the list of its values as well.</summary>
    public sealed record Fields(IReadOnlyDictionary<string, Value> Members, List? Items) : Value
    {
        public override string Kind => "an object";

        public override string ToString() => Items?.ToString() ?? $"{{{string.Join(", ", Members.Select(member => $"{member.Key}: {member.Value}"))}}}";
    }
}
