using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

public sealed class AsyncTests
{
    private static readonly Regex Token = new(@"CancellationToken\??\s+(?<name>\w+)(?<default>\s*=)?\s*(?<end>[,)])");

    /// <summary>A method that can be awaited: of a type, or of an interface.</summary>
    private static readonly Regex Method = new(
        @"^    (?<access>public |internal |protected |private )?(?:\w+ )*?(?:Task|ValueTask|IAsyncEnumerable)(?:<[^(]*>)? (?<name>\w+)(?:<\w+>)?\((?<rest>.*)$");

    [Test]
    public void WhenAMethodOfTheProductIsAsynchronous_ThenItsNameSaysSo()
    {
        var methods = Methods().ToArray();

        Assert.That(methods, Has.Length.GreaterThan(100));
        Assert.That(methods.Where(method => !method.Name.EndsWith("Async", StringComparison.Ordinal) && method.Name != "Main")
            .Select(method => $"{method.Where}: {method.Name}"), Is.Empty);
    }

    [Test]
    public void WhenAMethodOfTheProductTakesAToken_ThenItIsCalledCancelAndHasNoDefault() =>
        Assert.That(Tokens().Where(one => one.Match.Groups["name"].Value != "cancel" || one.Match.Groups["default"].Success)
            .Select(one => $"{one.Where}: {one.Match.Value}"), Is.Empty);

    [Test]
    public void WhenAMethodOfTheProductTakesAToken_ThenItIsTheLastParameter() =>
        Assert.That(Tokens().Where(one => one.Match.Groups["end"].Value == ",").Select(one => $"{one.Where}: {one.Match.Value}"), Is.Empty);

    /// <summary>Tokens of the methods that others call. Private methods may name two of them apart.</summary>
    private static IEnumerable<(string Where, Match Match)> Tokens() =>
        Methods().Where(method => method.Access != "private")
        .SelectMany(method => Token.Matches(method.Parameters).Select(match => (method.Where, match)));

    // An override keeps the names that its framework chose.
    private static IEnumerable<(string Where, string Access, string Name, string Parameters)> Methods() =>
        from file in Repository.Product
        from line in file.Code
        where !line.Text.Contains(" override ", StringComparison.Ordinal)
        let match = Method.Match(line.Text)
        where match.Success
        select ($"{file.Name}:{line.Number}", match.Groups["access"].Value.Trim(), match.Groups["name"].Value, match.Groups["rest"].Value);
}
