using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

public sealed class AsyncTests
{
    // A name that a framework chose in a method that is overridden is kept.
    private static readonly Regex Token = new(@"CancellationToken\??\s+(?<name>\w+)(?<default>\s*=)?\s*(?<end>[,)])");
    private static readonly Regex Returns = new(@"^\s+(?:public|internal|protected|private)(?: \w+)*? (?:async )?(?:static )?(?:Task|ValueTask|IAsyncEnumerable)(?:<[^(]*>)? (?<name>\w+)(?:<\w+>)?\(");

    [Test]
    public void WhenAMethodTakesATokenInTheProduct_ThenItIsCalledCancelAndHasNoDefault() =>
        Assert.That(Lines().Where(line => !line.Text.Contains(" override ", StringComparison.Ordinal)).SelectMany(line => Token.Matches(line.Text)
            .Where(match => match.Groups["name"].Value != "cancel" || match.Groups["default"].Success)
            .Select(match => $"{line.Where}: {match.Value}")), Is.Empty);

    [Test]
    public void WhenAMethodTakesATokenInTheProduct_ThenItIsTheLastParameter() =>
        Assert.That(Lines().Where(line => Returns.IsMatch(line.Text)).SelectMany(line => Token.Matches(line.Text)
            .Where(match => match.Groups["end"].Value == ",")
            .Select(match => $"{line.Where}: {match.Value}")), Is.Empty);

    [Test]
    public void WhenAMethodOfTheProductIsAsynchronous_ThenItsNameSaysSo()
    {
        var methods = Lines().Where(line => !line.Text.Contains(" override ", StringComparison.Ordinal)).Select(line => (line.Where, Match: Returns.Match(line.Text))).Where(one => one.Match.Success).ToArray();

        Assert.That(methods, Has.Length.GreaterThan(20));
        Assert.That(methods.Where(one => !one.Match.Groups["name"].Value.EndsWith("Async", StringComparison.Ordinal)).Select(one => $"{one.Where}: {one.Match.Groups["name"].Value}"), Is.Empty);
    }

    private static IEnumerable<(string Where, string Text)> Lines() =>
        Repository.Product.SelectMany(file => file.Code.Select(line => ($"{file.Name}:{line.Number}", line.Text)));
}
