using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Analysis.Templates;

/// <summary>Reads the fields of one metric of a template, and collects what is wrong with them. A field that cannot be read, or is not
/// known yet, gives its default.</summary>
internal sealed class TemplateFieldReader(string title, string metric, string path, ArgumentScope scope, List<SpecError> problems)
{
    private const string CutOff = "; in YAML # behind a space begins a comment: put the condition in quotes";

    public void Refuse(string field, string message) =>
        problems.Add(new($"{path}.{field}", $"{title}, metric \"{metric}\": {message}") { Template = title });

    /// <summary>The text with its arguments; null where it is absent or not known.</summary>
    public string? Text(string field, string? text) => text is null ? null : scope.Substitute(text, $"{path}.{field}", metric, problems);

    /// <summary>A text that goes to the source and nowhere else: it may hold Secrets.</summary>
    public string? Sent(string field, string? text) =>
        text is null ? null : scope.Substitute(text, $"{path}.{field}", metric, problems, mayHoldSecret: true);

    /// <summary>A text that may not be empty.</summary>
    public string Required(string field, string? text, bool isSent = false)
    {
        var value = isSent ? Sent(field, text ?? "") : Text(field, text ?? "");
        if (value is { } known && known.Trim().Length == 0) Refuse(field, "it is empty; it must be given");
        return value ?? "";
    }

    public TimeSpan? Duration(string field, string? text, TimeSpan least, TimeSpan? most = null)
    {
        if (Text(field, text) is not { } value) return null;
        if (!GoDuration.TryParse(value.Trim(), out var length, out var problem)) Refuse(field, problem);
        else if (length < least) Refuse(field, $"{value} is too short; it is at least {GoDuration.Format(least)}");
        else if (length > most) Refuse(field, $"{value} is too long; it is at most {GoDuration.Format(most.Value)}");
        else return length;
        return null;
    }

    public int? Whole(string field, string? text, int least)
    {
        if (Text(field, text) is not { } value) return null;
        if (int.TryParse(value.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least)
            return number;
        Refuse(field, $"\"{value}\" is not a whole number from {least} to {int.MaxValue}");
        return null;
    }

    public double? Share(string field, string? text)
    {
        if (Text(field, text) is not { } value) return null;
        if (double.TryParse(value.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and < 1) return number;
        Refuse(field, $"\"{value}\" is not a number above 0 and below 1");
        return null;
    }

    public double? Number(string field, string? text)
    {
        if (Text(field, text) is not { } value) return null;
        if (double.TryParse(value.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return number;
        Refuse(field, $"\"{value}\" is not a number");
        return null;
    }

    /// <summary>One of the names of an enum, in lower case.</summary>
    public T? Choice<T>(string field, string? text) where T : struct, System.Enum
    {
        if (Text(field, text) is not { } value) return null;
        foreach (var one in System.Enum.GetValues<T>())
            if (value.Trim() == one.ToString().ToLowerInvariant()) return one;
        Refuse(field, $"\"{value}\" is not known; allowed are {string.Join(", ", System.Enum.GetValues<T>()).ToLowerInvariant()}");
        return null;
    }

    /// <summary>A condition that parses. An argument that is to be given later is read as a number.</summary>
    public string? Condition(string field, string? text)
    {
        if (text is null || scope.Substitute(text, $"{path}.{field}", metric, problems, standIn: "1") is not { } condition) return null;
        var parsed = MetricCondition.Parse(condition);
        if ((parsed as ConditionParse.Valid)?.Condition.Mistake is { } mistake)
            Refuse(field, $"\"{condition}\" is no condition: {mistake}");
        if (parsed is ConditionParse.Invalid invalid)
            Refuse(field, $"\"{condition}\" is no condition: {invalid}{(IsCutOff(condition, invalid) ? CutOff : "")}");
        return condition;
    }

    // all(result, # < 1) without quotes is all(result, to YAML.
    private static bool IsCutOff(string condition, ConditionParse.Invalid invalid) =>
        invalid.Position > condition.TrimEnd().Length
        && condition.Count(letter => letter == '(') > condition.Count(letter => letter == ')');

    public SecretValue? Secret(string field, SecretValue? value) => value switch
    {
        null => null,
        SecretValue.Plain plain => new SecretValue.Plain(Sent(field, plain.Value) ?? ""),
        SecretValue.FromSecret secret =>
            new SecretValue.FromSecret(Required($"{field}.secretKeyRef.name", secret.Name),
                Required($"{field}.secretKeyRef.key", secret.Key)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
