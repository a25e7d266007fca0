using System;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Cli.Tests;

public sealed class GivenACommandLine
{
    [TestCase("", "Required command was not provided.")]
    [TestCase("nonsense", "'nonsense'")]
    [TestCase("plan", "'plan'")]
    [TestCase("plan checkout --bogus", "'--bogus'")]
    [TestCase("plan checkout --output xml", "'xml'")]
    [TestCase("status checkout --bogus", "'--bogus'")]
    [TestCase("get --bogus", "there is no option --bogus")]
    [TestCase("get runs -q", "there is no option -q")]
    [TestCase("lint --bogus", "there is no option --bogus")]
    [TestCase("abort", "'abort'")]
    public async Task WhenItIsWrong_ThenItSaysWhyAndEndsWith2(string line, string said)
    {
        var (code, _, error) = await RunAsync(line);

        Assert.That((code, error), Is.EqualTo((2, error)));
        Assert.That(error, Does.Contain(said));
    }

    [TestCase("--help")]
    [TestCase("plan --help")]
    [TestCase("get -h")]
    [TestCase("--version")]
    public async Task WhenItAsksForHelp_ThenItGetsIt(string line)
    {
        var (code, output, error) = await RunAsync(line);

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Is.Not.Empty);
    }

    [Test]
    public async Task WhenALineStandsForStandardInput_ThenItIsNoOption() => Assert.That((await RunAsync("lint -", "kind: Rollout")).Code, Is.EqualTo(1));

    private static async Task<(int Code, string Output, string Error)> RunAsync(string line, string? input = null)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var before = Console.In;
        if (input is not null) Console.SetIn(new StringReader(input));
        try
        {
            return (await CommandLine.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), new Surroundings(output, error, TimeProvider.System)), output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetIn(before);
        }
    }
}
