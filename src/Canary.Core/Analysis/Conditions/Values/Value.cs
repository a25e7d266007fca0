using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Conditions.Values;

/// <summary>A value while a condition is evaluated. Whole numbers and others are two kinds, as in Go.</summary>
internal abstract record Value
{
    // A list may hold the same list many times, so that all of it in words would fill any memory.
    private const int MostShown = 120;
    private const int MostMembers = 10;

    private Value() { }

    /// <summary>The kind in words, for a message.</summary>
    public abstract string Kind { get; }

    /// <summary>Levels of lists and maps in it: what walks a value goes as deep.</summary>
    public virtual int Depth => 0;

    /// <summary>Members and characters in it, each as often as it is met: what walks a value takes as long.</summary>
    public virtual long Weight => 1;

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

    private static int DepthOf(IEnumerable<Value> members) => 1 + members.Select(member => member.Depth).DefaultIfEmpty().Max();

    // Beyond any limit it is all the same.
    private static long WeightOf(IEnumerable<Value> members) =>
        members.Aggregate(1L, (sum, member) => Math.Min(sum + member.Weight, int.MaxValue));

    /// <summary>nil.</summary>
    /// <param name="IsMissing">It stands for a member of an answer that has none: it is nil, and nobody knows what else it is not.</param>
    public sealed record Nil(bool IsMissing = false) : Value
    {
        public override string Kind => "nil";

        protected override void AppendTo(StringBuilder text) => text.Append("nil");
    }

    /// <summary>A value that no answer gave: what is found or counted among no series.</summary>
    /// <param name="Why">What was asked of nothing.</param>
    public sealed record Unknown(string Why) : Value
    {
        public override string Kind => "a value that is not known";

        protected override void AppendTo(StringBuilder text) => text.Append("unknown");
    }

    public sealed record Bool(bool IsTrue) : Value
    {
        public override string Kind => "true or false";

        protected override void AppendTo(StringBuilder text) => text.Append(IsTrue ? "true" : "false");
    }

    /// <summary>A whole number.</summary>
    public sealed record Integer(long Amount) : Value
    {
        public override string Kind => "a number";

        protected override void AppendTo(StringBuilder text) => text.Append(CultureInfo.InvariantCulture, $"{Amount}");
    }

    /// <summary>Any other number; every number of an answer is one.</summary>
    public sealed record Number(double Amount) : Value
    {
        public override string Kind => "a number";

        protected override void AppendTo(StringBuilder text) => text.Append(NumberText.Format(Amount));
    }

    public sealed record Text(string Content) : Value
    {
        public override string Kind => "a text";

        public override long Weight => 1 + Content.Length;

        protected override void AppendTo(StringBuilder text) =>
            text.Append('"').Append(Content.AsSpan(0, Math.Min(Content.Length, MostShown))).Append('"');
    }

    public sealed record Time(DateTimeOffset At) : Value
    {
        public override string Kind => "a time";

        protected override void AppendTo(StringBuilder text) => text.Append(GoText.Format(this));
    }

    public sealed record Duration(TimeSpan Length) : Value
    {
        public override string Kind => "a duration";

        protected override void AppendTo(StringBuilder text) => text.Append(GoText.Format(this));
    }

    /// <summary>The time zone UTC, which is the only one.</summary>
    public sealed record Zone : Value
    {
        public override string Kind => "a time zone";

        protected override void AppendTo(StringBuilder text) => text.Append("UTC");
    }

    public sealed record List(IReadOnlyList<Value> Members) : Value
    {
        public override string Kind => string.Create(CultureInfo.InvariantCulture, $"a list of {Members.Count}");

        public override int Depth { get; } = DepthOf(Members);

        public override long Weight { get; } = WeightOf(Members);

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

    /// <summary>Values by key, in the order in which they were put in.</summary>
    /// <param name="Members">The keys are texts in a map that a condition writes; those of groupBy and fromPairs may be anything.</param>
    /// <param name="Items">A series of a range answer is the list of its values as well; null: another map.</param>
    public sealed record Map(IReadOnlyDictionary<Value, Value> Members, List? Items = null) : Value
    {
        public override string Kind => "an object";

        public override int Depth { get; } = DepthOf(Members.Values);

        public override long Weight { get; } = WeightOf(Members.Keys) + WeightOf(Members.Values);

        protected override void AppendTo(StringBuilder text)
        {
            if (Items is not null)
            {
                Items.AppendTo(text);
                return;
            }

            text.Append('{');
            var isFirst = true;
            foreach (var (key, value) in Members)
            {
                if (IsFull(text)) break;
                if (!isFirst) text.Append(", ");
                isFirst = false;
                if (key is Text { Content: var name }) text.Append(name.AsSpan(0, Math.Min(name.Length, MostShown)));
                else key.AppendTo(text);
                text.Append(": ");
                value.AppendTo(text);
            }

            text.Append('}');
        }
    }
}
