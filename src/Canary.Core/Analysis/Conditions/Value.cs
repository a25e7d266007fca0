using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Canary.Core.Analysis.Conditions;

/// <summary>A value while a condition is evaluated.</summary>
internal abstract record Value
{
    // A list may hold the same list many times, so that all of it in words would fill any memory.
    private const int MostShown = 120;
    private const int MostMembers = 10;

    private Value() { }

    /// <summary>The kind in words, for a message.</summary>
    public abstract string Kind { get; }

    /// <summary>The value in words, for a message: as much of it as a person reads.</summary>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        AppendTo(text);
        return text.Length <= MostShown ? text.ToString() : $"{text.ToString(0, MostShown)}...";
    }

    /// <summary>Appends the value in words, and at most little more than is shown.</summary>
    protected abstract void AppendTo(StringBuilder text);

    private static bool IsFull(StringBuilder text) => text.Length > MostShown;

    public sealed record Nil : Value
    {
        public override string Kind => "nil";

        protected override void AppendTo(StringBuilder text) => text.Append("nil");
    }

    public sealed record Bool(bool IsTrue) : Value
    {
        public override string Kind => "true or false";

        protected override void AppendTo(StringBuilder text) => text.Append(IsTrue ? "true" : "false");
    }

    public sealed record Number(double Amount) : Value
    {
        public override string Kind => "a number";

        protected override void AppendTo(StringBuilder text) => text.Append(NumberText.Of(Amount));
    }

    public sealed record Text(string Content) : Value
    {
        public override string Kind => "a text";

        protected override void AppendTo(StringBuilder text) => text.Append('"').Append(Content.AsSpan(0, Math.Min(Content.Length, MostShown))).Append('"');
    }

    public sealed record List(IReadOnlyList<Value> Members) : Value
    {
        public override string Kind => string.Create(CultureInfo.InvariantCulture, $"a list of {Members.Count}");

        protected override void AppendTo(StringBuilder text)
        {
            text.Append('[');
            for (var at = 0; at < Members.Count && at < MostMembers && !IsFull(text); at++)
            {
                if (at > 0) text.Append(", ");
                Members[at].AppendTo(text);
            }

            text.Append(Members.Count > MostMembers ? ", ...]" : "]");
        }
    }

    /// <summary>Named fields. A series of a range answer has <c>Values</c> and <c>Labels</c>, and is the list of its values as well.</summary>
    public sealed record Fields(IReadOnlyDictionary<string, Value> Members, List? Items) : Value
    {
        public override string Kind => "an object";

        protected override void AppendTo(StringBuilder text)
        {
            if (Items is not null)
            {
                Items.AppendTo(text);
                return;
            }

            text.Append('{');
            var isFirst = true;
            foreach (var (name, value) in Members)
            {
                if (IsFull(text)) break;
                if (!isFirst) text.Append(", ");
                isFirst = false;
                text.Append(name.AsSpan(0, Math.Min(name.Length, MostShown))).Append(": ");
                value.AppendTo(text);
            }

            text.Append('}');
        }
    }
}
