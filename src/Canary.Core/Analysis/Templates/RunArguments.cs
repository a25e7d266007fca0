using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Validation;

namespace Canary.Core.Analysis.Templates;

/// <summary>
/// The arguments of a run, which all its templates share, as in Argo Rollouts: what the user gives, then the default of whichever template
/// has one, then what the engine gives. A value may name other arguments; it is filled once, in the order that they need each other.
/// </summary>
internal sealed class RunArguments
{
    private readonly TemplateRequest _request;
    private readonly List<SpecError> _problems;
    private readonly Dictionary<string, ArgumentValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _firstUse = new(StringComparer.Ordinal);

    /// <param name="request">The templates, and what is given.</param>
    /// <param name="problems">Where values that cannot be made are said.</param>
    public RunArguments(TemplateRequest request, List<SpecError> problems)
    {
        (_request, _problems) = (request, problems);
        // What is wrong with a value is said whether or not anything uses it.
        foreach (var name in Declared.ToArray()) Find(name);
    }

    /// <summary>The names that the templates declare, each once.</summary>
    public IEnumerable<string> Declared =>
        _request.Templates.SelectMany(template => template.Arguments).Select(argument => argument.Name).Distinct();

    /// <summary>The value of an argument; null: there is no argument of this name.</summary>
    public ArgumentValue? Find(string name) => Find(name, []);

    /// <summary>Keeps where an argument without a value is used first, for <see cref="Missing"/>.</summary>
    public void NoteUse(string name, string path) => _firstUse.TryAdd(name, path);

    /// <summary>The declared arguments that nobody gives a value, each once.</summary>
    public IEnumerable<SpecError> Missing() =>
        from template in _request.Templates
        from declared in template.Arguments.Select((argument, index) => (argument.Name, Index: index))
        where SourceOf(declared.Name) is null && FirstOf(declared.Name) == template
        select new SpecError($"spec.args[{declared.Index}].value",
            $"{template.Title} needs a value for its argument \"{declared.Name}\", and none is given"
            + (_firstUse.TryGetValue(declared.Name, out var use) ? $" ({use} uses it)" : ""))
        { Template = template.Title };

    /// <summary>Default values of one argument that differ, where nobody gives one.</summary>
    public IEnumerable<SpecError> Conflicts()
    {
        foreach (var name in Declared.Where(name => _request.Arguments.All(given => given.Name != name)).ToArray())
        {
            var defaults = DefaultsOf(name);
            foreach (var other in defaults.Skip(1).Where(other => !IsSame(other.Argument, defaults[0].Argument)))
            {
                yield return new SpecError(other.Path,
                    $"{other.Owner} has {Said(other.Argument)} for its argument \"{name}\", "
                        + $"and {defaults[0].Owner} has {Said(defaults[0].Argument)}; "
                    + $"templates of one analysis share their arguments: give \"{name}\" a value in args, or both the same default")
                { Template = other.Template };
            }
        }
    }

    /// <summary>A value that is given is used: a template declares the argument, or the engine has it. Any other is passed over, as in Argo
    /// Rollouts.</summary>
    public static bool IsUsed(TemplateRequest request, string name) =>
        request.BuiltIn.Any(argument => argument.Name == name)
        || request.Templates.Any(template => template.Arguments.Any(argument => argument.Name == name));

    private AnalysisTemplateSpec FirstOf(string name) =>
        _request.Templates.First(template => template.Arguments.Any(argument => argument.Name == name));

    private ArgumentValue? Find(string name, string[] way)
    {
        if (_values.TryGetValue(name, out var known)) return known;
        if (SourceOf(name) is not { } source) return Declared.Contains(name) ? ArgumentValue.Missing : null;
        if (way.Contains(name))
        {
            var circle = way.SkipWhile(one => one != name).Append(name);
            _problems.Add(new(source.Path,
                $"{source.Owner}: the value of the argument \"{name}\" needs itself: {string.Join(" -> ", circle)}; leave one of them "
                    + "out")
            { Template = source.Template });
            return _values[name] = ArgumentValue.Wrong;
        }

        var value = Filled(source, [.. way, name]);
        // A circle has said of itself what it is.
        return _values.TryGetValue(name, out var circular) ? circular : _values[name] = value;
    }

    private ArgumentValue Filled(Source source, string[] way)
    {
        if (source.Argument.Value is not { } text)
        {
            return source.Argument.From is ArgumentSource.FromSecret secret
                ? new ArgumentValue(SecretPlaceholder.Format(secret.Name, secret.Key)) { Secret = secret, Secrets = 1 }
                : ArgumentValue.Missing;
        }

        var filled = new StringBuilder();
        var value = new ArgumentValue("");
        foreach (var piece in PlaceholderText.Read(text))
        {
            if (piece.Text is not null)
            {
                filled.Append(piece.Text);
                continue;
            }

            if (piece.Argument is null || Find(piece.Argument, way) is not { } other)
            {
                _problems.Add(
                    new(source.Path, $"{source.Owner}: the value of the argument \"{source.Argument.Name}\" holds {piece.Written}, "
                    + (piece.Argument is null ? ArgumentScope.Unknown : $"which names no argument; {ArgumentScope.Listed(Declared)}"))
                    { Template = source.Template });
                return ArgumentValue.Wrong;
            }

            if (other.Text is null) return other;
            filled.Append(other.Text);
            value = value with { Secret = value.Secret ?? other.Secret, Secrets = value.Secrets + other.Secrets };
        }

        return value with { Text = filled.ToString() };
    }

    // What is given goes before the templates' own, and an own value before one that comes from elsewhere.
    private Source? SourceOf(string name)
    {
        for (var index = 0; index < _request.Arguments.Count; index++)
        {
            var given = _request.Arguments[index];
            if (given.Name == name && HasValue(given) && IsUsed(_request, name))
                return new Source("the analysis", $"args[{index}].value", given);
        }

        if (DefaultsOf(name) is [var first, ..]) return first;
        return _request.BuiltIn.FirstOrDefault(argument => argument.Name == name) is { Value: not null } engine
            ? new Source("the engine", "args", engine) : null;
    }

    private List<Source> DefaultsOf(string name)
    {
        var all = (from template in _request.Templates
                   from declared in template.Arguments.Select((argument, index) =>
                       new Source(template.Title, $"spec.args[{index}].value", argument) { Template = template.Title })
                   where declared.Argument.Name == name && HasValue(declared.Argument)
                   select declared).ToList();
        return all.Any(IsOwn) ? all.FindAll(IsOwn) : all;
    }

    private static bool IsOwn(Source source) => source.Argument is { Value: not null, From: null };

    private static bool HasValue(Argument argument) => argument.Value is not null || argument.From is ArgumentSource.FromSecret;

    private static bool IsSame(Argument left, Argument right) =>
        left.From is null && right.From is null ? left.Value == right.Value : left.From == right.From;

    private static string Said(Argument argument) => argument.From switch
    {
        null => $"\"{argument.Value}\"",
        ArgumentSource.FromSecret secret => $"the key {secret.Key} of Secret {secret.Name}",
        ArgumentSource.FromField field => $"the field {field.Path}",
        ArgumentSource.FromRevision revision => $"the revision of {(revision.Side == RedSide.Stable ? "stable" : "the canary")}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private sealed record Source(string Owner, string Path, Argument Argument)
    {
        public string? Template { get; init; }
    }
}
