using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Patterns;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Rules;

/// <summary>What a schema cannot say about the steps that set header and mirror routes.</summary>
internal static class ManagedRouteRules
{
    private const int LongestName = 63;

    // Routers pass over a header of these names, and what is left of the match takes requests that nobody meant.
    private static readonly string[] Reserved = ["uri", "scheme", "method", "authority"];

    public static IEnumerable<SpecError> Check(RolloutSpec spec)
    {
        var (headers, mirrors) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < spec.Steps.Count; i++)
        {
            var path = $"spec.strategy.canary.steps[{i}]";
            var errors = spec.Steps[i] switch
            {
                Step.SetHeaderRoute { Route: var route } =>
                    Check(spec, $"{path}.setHeaderRoute", route.Name, route.Match, headers, route.Match.Count > 0),
                Step.SetMirrorRoute { Route: var route } =>
                    Check(spec, $"{path}.setMirrorRoute", route.Name, route.Match, mirrors, route.Percentage > Weight.Zero),
                _ => [],
            };
            foreach (var error in errors) yield return error;
        }
    }

    private static IEnumerable<SpecError> Check(RolloutSpec spec, string path, string name, EquatableArray<RequestMatch> matches,
        HashSet<string> known, bool isSet)
    {
        if (!spec.Traffic.Router.HasManagedRoutes)
        {
            yield return new SpecError(path,
                $"the router {spec.Traffic.Router.Key} has no header and mirror routes; use setWeight, or another router");
            yield break;
        }

        if (!IsName(name))
            yield return new SpecError($"{path}.name",
                $"it is '{name}'; allowed are small letters, digits and '-', {LongestName} at most, with a letter or digit at both ends");
        if (isSet) known.Add(name);
        else if (!known.Remove(name))
            yield return new SpecError(path,
                $"it has no match, which takes route '{name}' away, and no step before sets it; give a match, or remove the step");
        foreach (var error in CheckMatches(matches, $"{path}.match")) yield return error;
    }

    /// <summary>What is wrong with the requests of a route.</summary>
    public static IEnumerable<SpecError> CheckMatches(EquatableArray<RequestMatch> matches, string path) =>
        matches.SelectMany((match, index) => CheckMatch(match, $"{path}[{index}]"));

    private static IEnumerable<SpecError> CheckMatch(RequestMatch match, string path)
    {
        if (match is { Headers.Count: 0, Method: null, Path: null })
            yield return new SpecError(path, "it is empty, and every request would match; say what a request is like");
        foreach (var header in match.Headers)
        {
            if (!IsToken(header.Name))
                yield return new SpecError(path,
                    $"'{header.Name}' cannot be the name of a {(header.IsCookie ? "cookie" : "header")}; allowed are letters, digits, and "
                        + "!#$%&'*+-.^_`|~");
            else if (!header.IsCookie && Reserved.Contains(header.Name))
                yield return new SpecError(path, $"a header cannot be named so: '{header.Name}' is another part of a request; give another one");
            foreach (var error in CheckText(header.Value, path)) yield return error;
        }

        foreach (var twice in match.Headers.GroupBy(header => header.IsCookie ? "cookie" : header.Name).Where(same => same.Count() > 1))
            yield return new SpecError(path, $"header '{twice.Key}' is given {twice.Count()} times, with that of a cookie; one is allowed");
        foreach (var text in new[] { match.Method, match.Path }.OfType<TextTest>())
        {
            foreach (var error in CheckText(text, path)) yield return error;
        }
    }

    private static IEnumerable<SpecError> CheckText(TextTest test, string path)
    {
        if (test.Text.Length == 0) yield return new SpecError(path, "a value is empty; give what the text is like");
        else if (test.Kind == TextTestKind.Regex && GoExpression.CompileWhole(test.Text).Problem is { } problem)
            yield return new SpecError(path, $"'{test.Text}' is no regular expression (RE2): {problem}");
    }

    private static bool IsName(string name) => name.Length is > 0 and <= LongestName && name[0] != '-' && name[^1] != '-'
        && name.All(letter => letter is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9'));

    private static bool IsToken(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter));
}
