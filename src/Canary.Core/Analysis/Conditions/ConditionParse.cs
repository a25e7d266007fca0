namespace Canary.Core.Analysis.Conditions;

/// <summary>What became of the text of a condition.</summary>
public abstract record ConditionParse
{
    private ConditionParse() { }

    /// <summary>It can be evaluated.</summary>
    public sealed record Valid(MetricCondition Condition) : ConditionParse;

    /// <summary>It is no condition.</summary>
    /// <param name="Position">The character at which reading stopped, from 1.</param>
    /// <param name="Problem">What was found there and what is allowed.</param>
    public sealed record Invalid(int Position, string Problem) : ConditionParse
    {
        /// <summary><c>at character 12: ...</c>.</summary>
        public override string ToString() => $"at character {Position}: {Problem}";
    }
}
