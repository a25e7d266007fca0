using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions.Values;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>Times. The present is a parameter of the evaluation, and the rules of time zones are no part of it: UTC is the only
/// one.</summary>
internal static class TimeFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("now", "now([zone])", "the time of the measurement", 0, 1, static (state, given) => given is [] or [Value.Zone]
            ? new Value.Time(state.Now) : throw NoZone("now", given[0]))
        {
            IsConstant = false,
        },
        new("duration", "duration(text)", "a length of time: \"1h30m\"", 1, 1,
            static (_, given) => Duration(Arguments.Text("duration", given[0]))),
        new("date", "date([zone, ]text[, layout[, zone]])", "the time that a text gives, in a layout of Go or one of the usual ones", 1, 4,
            static (_, given) => Date(given)),
        new("timezone", "timezone(\"UTC\")", "the zone; only UTC is known", 1, 1,
            static (_, given) => Zone(Arguments.Text("timezone", given[0]))),
    ];

    private static EvaluationException NoZone(string asker, Value value) =>
        new($"{asker} takes a zone, as timezone(\"UTC\"), and was given {value.Kind} ({value})");

    private static Value.Duration Duration(string text)
    {
        var isNegative = text.StartsWith('-');
        var length = isNegative || text.StartsWith('+') ? text[1..] : text;
        // A number without a unit is one of specs, and none of Go.
        if (length.Length == 0 || (length != "0" && char.IsAsciiDigit(length[^1])) || !GoDuration.TryParse(length, out var span, out _))
            throw new EvaluationException($"duration cannot read \"{text}\"; write it as \"1h30m\" or \"10s\"");
        return new(isNegative ? span.Negate() : span);
    }

    private static Value.Time Date(IReadOnlyList<Value> given)
    {
        var rest = given[0] is Value.Zone ? given.Skip(1).ToArray() : [.. given];
        if (rest.Length is 0 or > 3) throw new EvaluationException("date takes a text, and may take a layout and a zone");
        var texts = rest.Select(part => Arguments.Text("date", part)).ToArray();
        if (texts.Length == 3) Zone(texts[2]);
        var at = texts.Length == 1 ? GoLayout.Read(texts[0]) : GoLayout.Read(texts[0], texts[1]);
        return new(at
            ?? throw new EvaluationException(
                $"date cannot read \"{texts[0]}\""
                    + (texts.Length == 1 ? "; write it as \"2006-01-02T15:04:05Z\"" : $" by the layout \"{texts[1]}\"")));
    }

    private static Value.Zone Zone(string name) => name is "UTC" or ""
        ? new Value.Zone()
        : throw new EvaluationException($"the zone \"{name}\" is not known: the rules of zones are not part of a condition; use \"UTC\"");
}
