using System;
using System.Globalization;
using System.Text.RegularExpressions;
using Canary.Core.Analysis.Conditions.Evaluation;
using Canary.Core.Analysis.Conditions.Syntax;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions;

/// <summary>
/// A time as <c>rangeQuery</c> has it: an expression in the language of conditions, as Argo Rollouts writes it (<c>now() -
/// duration("1h")</c>), or a time by itself: RFC 3339, a date, seconds since 1970, <c>now</c>, <c>now-1h</c> or <c>-1h</c>.
/// </summary>
public sealed partial class TimeExpression
{
    private const string Allowed =
        "a time is an expression as now() - duration(\"1h\"), or 2026-01-02T15:04:05Z, seconds since 1970, or now-1h";

    // Any hour of the day, on several days: what has no time at one of them is found when it is read.
    private const int Samples = 72;

    private static readonly DateTimeOffset _sample = new(2026, 2, 27, 0, 30, 7, TimeSpan.Zero);

    private readonly Node? _root;
    private readonly DateTimeOffset _fixed;

    private TimeExpression(Node? root, DateTimeOffset at)
    {
        _root = root;
        _fixed = at;
    }

    /// <summary>How long before the evaluation it is; null: that is not always the same.</summary>
    public TimeSpan? Ago
    {
        get
        {
            TimeSpan? ago = null;
            for (var hour = 0; hour < Samples; hour++)
            {
                var now = Sample(hour);
                if (At(now, out _) is not { } at || (ago is { } same && now - at != same)) return null;
                ago = now - at;
            }

            return ago;
        }
    }

    /// <summary>Reads a time.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="problem">What is wrong with it and what is allowed; empty where it was read.</param>
    public static TimeExpression? Read(string text, out string problem)
    {
        problem = "";
        var trimmed = text.Trim();
        if (Plain(trimmed) is { } at) return new(null, at);
        try
        {
            var expression = new TimeExpression(
                Parser.Parse(Relative().Match(trimmed) is { Success: true } match ? Written(match) : trimmed, hasResult: false), default);
            for (var hour = 0; hour < Samples && problem.Length == 0; hour++) expression.At(Sample(hour), out problem);
            if (problem.Length == 0) return expression;
        }
        catch (SyntaxException wrong)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"at character {wrong.Position}: {wrong.Message}");
        }

        problem = $"\"{text}\" cannot be read: {problem}; {Allowed}";
        return null;
    }

    /// <summary>The time; null: it has none, as <paramref name="problem"/> says.</summary>
    /// <param name="now">What <c>now()</c> gives. UTC.</param>
    /// <param name="problem">Why there is none; empty where there is one.</param>
    public DateTimeOffset? At(DateTimeOffset now, out string problem)
    {
        problem = "";
        if (_root is null) return _fixed;
        try
        {
            var state = new EvaluationState(new Value.Nil(), now, isArgo: true);
            var value = new Evaluator(state).Evaluate(_root);
            if (value is Value.Time time) return time.At.ToUniversalTime();
            if (value is Value.Integer { Amount: > 0 and < 100_000_000_000 } seconds)
                return DateTimeOffset.FromUnixTimeSeconds(seconds.Amount);
            problem = $"it is {value.Kind} ({value}), and no time";
        }
        catch (EvaluationException wrong)
        {
            problem = wrong.Message;
        }

        return null;
    }

    private static DateTimeOffset Sample(int hour) => _sample.AddHours(hour).AddSeconds(13.25 * hour);

    private static string Written(Match match) =>
        match.Groups["ago"].Success ? $"now() {match.Groups["sign"].Value} duration(\"{match.Groups["ago"].Value}\")" : "now()";

    private static DateTimeOffset? Plain(string text)
    {
        if (text.Length > 0 && char.IsAsciiDigit(text[0])
            && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and < 1e11)
            return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return char.IsAsciiDigit(text.Length > 0 ? text[0] : ' ') && text.Contains('-', StringComparison.Ordinal)
            ? GoLayout.Read(text)?.ToUniversalTime() : null;
    }

    [GeneratedRegex(@"^(now(\(\))?\s*)?((?<sign>[-+])\s*(?<ago>[0-9.]+[a-zµ][0-9a-zµ.]*)|(?<=now))$", RegexOptions.CultureInvariant)]
    private static partial Regex Relative();
}
