using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Analysis;

/// <summary>The arguments that one template sees: what the user gives, then the template's default, then what the engine gives.</summary>
/// <param name="template">The template.</param>
/// <param name="request">What is given.</param>
/// <param name="isComplete">False: the template is read by itself, and an argument without a default gets its value later.</param>
internal sealed class ArgumentScope(AnalysisTemplateSpec template, TemplateRequest request, bool isComplete)
{
    private static readonly Regex _placeholder = new(@"\{\{([^{}]*)\}\}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private readonly Dictionary<string, string> _firstUse = [];

    /// <summary><paramref name="text"/> with every placeholder replaced, once: a value is never read again. Null where one has no value; that was said then.</summary>
    /// <param name="standIn">Stands for a value that is to be given later; null: the text is not known yet.</param>
    /// <param name="mayHoldSecret">The text goes to the source and nowhere else: a <see cref="SecretPlaceholder"/> may stand in it. False: it is stored and shown, and a Secret in it is refused.</param>
    public string? Substitute(string text, string path, string metric, List<SpecError> problems, string? standIn = null, bool mayHoldSecret = false)
    {
        var isKnown = true;
        var substituted = _placeholder.Replace(text, match =>
        {
            var placeholder = match.Groups[1].Value.Trim();
            if (!placeholder.StartsWith("args.", System.StringComparison.Ordinal))
            {
                problems.Add(new(path, $"{template.Title}, metric \"{metric}\": {match.Value} is unknown; a placeholder is written {{{{args.NAME}}}}"));
                isKnown = false;
                return "";
            }

            var name = placeholder["args.".Length..];
            if (Secret(name) is { } secret)
            {
                if (mayHoldSecret) return SecretPlaceholder.Of(secret.Name, secret.Key);
                problems.Add(new(path, $"{template.Title}, metric \"{metric}\": {match.Value} is the key {secret.Key} of Secret {secret.Name}, and this field is stored in the clear; "
                    + "a Secret may be used in the query, the address, the headers and the authentication"));
                isKnown = false;
                return "";
            }

            if (Find(name) is { } value) return value;
            isKnown &= standIn is not null && !isComplete;
            if (template.Arguments.Any(argument => argument.Name == name)) _firstUse.TryAdd(name, path);
            else problems.Add(new(path, $"{template.Title}, metric \"{metric}\": {match.Value} names no argument of the template; {Declared()}"));
            return standIn ?? "";
        });
        return isKnown ? substituted : null;
    }

    /// <summary>The declared arguments that got no value.</summary>
    public IEnumerable<SpecError> Missing() => !isComplete ? [] : template.Arguments
        .Select((argument, index) => (argument.Name, Path: $"spec.args[{index}].value"))
        .Where(argument => Find(argument.Name) is null && Secret(argument.Name) is null)
        .Select(argument => new SpecError(argument.Path, $"{template.Title} needs a value for its argument \"{argument.Name}\", and none is given"
            + (_firstUse.TryGetValue(argument.Name, out var use) ? $" ({use} uses it)" : "")));

    // What is given goes before the template's own, whatever the kind of either.
    private ArgumentSource.FromSecret? Secret(string name)
    {
        if (request.Arguments.FirstOrDefault(argument => argument.Name == name) is { } given) return given.Value is null ? given.From as ArgumentSource.FromSecret : null;
        return template.Arguments.FirstOrDefault(argument => argument.Name == name) is { Value: null } own ? own.From as ArgumentSource.FromSecret : null;
    }

    private string? Find(string name) => Value(request.Arguments, name) ?? Value(template.Arguments, name) ?? Value(request.BuiltIn, name);

    private string Declared() => template.Arguments.Count == 0 ? "it declares none" : $"it declares {string.Join(", ", template.Arguments.Select(argument => argument.Name))}";

    private static string? Value(EquatableArray<Argument> arguments, string name) => arguments.FirstOrDefault(argument => argument.Name == name)?.Value;
}
