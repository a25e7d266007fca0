using System;
using System.Collections.Generic;
using System.Globalization;

namespace Canary.Core.Analysis.Conditions.Values;

/// <summary>What one evaluation may spend, and what it does where nobody knows an outcome.</summary>
/// <remarks>
/// Whether NaN is less than 1 is not known, nor whether all of no series are good. Such an outcome is assumed, and the evaluation is
/// repeated with the other assumption: where the answer is the same it does not depend on it, and where it is not, nobody can say.
/// </remarks>
/// <param name="answer">The measurement.</param>
/// <param name="now">The time that <c>now()</c> gives.</param>
/// <param name="isArgo">As Argo Rollouts: NaN compares false, and what is asked of nothing has the answer of expr-lang.</param>
internal sealed class EvaluationState(Value answer, DateTimeOffset now, bool isArgo)
{
    /// <summary>Most steps of an evaluation; a list costs its length.</summary>
    public const int MaxSteps = 200_000;

    /// <summary>Most members and characters that an evaluation makes, all in all.</summary>
    public const int MaxSize = 1_000_000;

    /// <summary>Most levels of lists and maps in a value.</summary>
    public const int MaxLevels = 64;

    private const int MaxRepeats = 256;
    private const int CharactersAStep = 256;

    private Assumptions _assumptions = new();
    private int _steps;
    private long _size;

    public Value Answer => answer;

    public DateTimeOffset Now => now;

    public bool IsArgo => isArgo;

    /// <summary>The answer holds nothing.</summary>
    public bool IsEmpty { get; } = !isArgo && answer is Value.List { Members.Count: 0 };

    /// <summary>The first outcome that had to be assumed; null: none.</summary>
    public string? Doubt { get; private set; }

    // A list costs its length: what walks one is no cheaper than a closure over it.
    public void Spend(int steps)
    {
        _steps += steps;
        if (_steps > MaxSteps) throw new EvaluationException($"it takes more than {MaxSteps} steps on this answer");
    }

    public void Allocate(long size)
    {
        _size += size;
        if (size > MaxSize || _size > MaxSize)
            throw new EvaluationException(
                string.Create(CultureInfo.InvariantCulture, $"it makes more than {MaxSize} members and characters on this answer"));
    }

    /// <summary>A list that the evaluation made.</summary>
    public Value.List List(IReadOnlyList<Value> members)
    {
        Allocate(members.Count);
        return Checked(new Value.List(members));
    }

    public T Checked<T>(T value) where T : Value
    {
        if (value.Depth > MaxLevels)
            throw new EvaluationException($"it makes lists or maps that are nested more than {MaxLevels} levels deep");
        Weigh(value);
        return value;
    }

    /// <summary>What is written out whole, or walked, may not be larger than all that an evaluation makes.</summary>
    public void Weigh(Value value)
    {
        if (value.Weight > MaxSize + 1L)
            throw new EvaluationException(
                string.Create(CultureInfo.InvariantCulture, $"a value has more than {MaxSize} members and characters"));
    }

    // What walks a text costs its length too, of which a label may have millions.
    public string Walk(string text)
    {
        Spend(text.Length / CharactersAStep);
        return text;
    }

    /// <summary>An outcome that is not known.</summary>
    /// <param name="why">What was asked.</param>
    public bool Assume(string why)
    {
        if (isArgo) return false;
        Doubt ??= why;
        return _assumptions.Next();
    }

    /// <summary>What <paramref name="ask"/> says, whatever is assumed; null: it depends on that.</summary>
    /// <exception cref="EvaluationException">It cannot be evaluated, whatever is assumed.</exception>
    public bool? Settle(Func<bool> ask)
    {
        var outer = _assumptions;
        _assumptions = new Assumptions();
        try
        {
            var before = _steps;
            var (first, wrong) = Try(ask);
            var cost = _steps - before;
            for (var repeats = 0; _assumptions.Change(); repeats++)
            {
                if (repeats == MaxRepeats || _steps + cost > MaxSteps) return null;
                var (other, alsoWrong) = Try(ask);
                if (other != first || wrong is null != alsoWrong is null) return null;
            }

            return wrong is null ? first : throw wrong;
        }
        finally
        {
            _assumptions = outer;
        }
    }

    private static (bool, EvaluationException?) Try(Func<bool> ask)
    {
        try
        {
            return (ask(), null);
        }
        catch (EvaluationException wrong)
        {
            return (false, wrong);
        }
    }

    /// <summary>Outcomes in the order in which they are asked for: true first, and each the other way after that.</summary>
    private sealed class Assumptions
    {
        private List<bool>? _outcomes;
        private int _at;

        public bool Next()
        {
            _outcomes ??= [];
            if (_at == _outcomes.Count) _outcomes.Add(true);
            return _outcomes[_at++];
        }

        public bool Change()
        {
            if (_outcomes is null) return false;
            _at = 0;
            while (_outcomes.Count > 0 && !_outcomes[^1]) _outcomes.RemoveAt(_outcomes.Count - 1);
            if (_outcomes.Count == 0) return false;
            _outcomes[^1] = false;
            return true;
        }
    }
}
