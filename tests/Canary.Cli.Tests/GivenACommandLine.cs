using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Canary.Cli.Io;
using NUnit.Framework;

namespace Canary.Cli.Tests;

public sealed class GivenACommandLine
{
    [TestCase("", "a command of canary is missing; there are get, status, history, wait, promote")]
    [TestCase("nonsense", "there is no command 'nonsense' of canary")]
    [TestCase("statsu checkout", "there is no command 'statsu' of canary; did you mean status?")]
    [TestCase("plan", "canary plan needs ROLLOUT: Name of the Rollout")]
    [TestCase("plan checkout --bogus", "there is no option '--bogus' of canary plan")]
    [TestCase("plan checkout --output xml", "--output: found 'xml', allowed are text, json")]
    [TestCase("status checkout --wach", "there is no option '--wach' of canary status; did you mean --watch?")]
    [TestCase("promote --ful", "there is no option '--ful' of canary promote; did you mean --full?")]
    [TestCase("promote checkout --ful", "there is no option '--ful' of canary promote; did you mean --full?")]
    [TestCase("promote --ful checkout", "there is no option '--ful' of canary promote; did you mean --full?")]
    [TestCase("promote checkout payment", "'payment' is a word too many: canary promote takes ROLLOUT and options")]
    [TestCase("promote checkout --timeout abc",
        "--timeout: found 'abc', allowed are seconds as in 90, or a length of time as in 90s, 10m or 1h30m, up to 24 days")]
    [TestCase("status checkout --timeout 700h", "--timeout: found '700h', allowed are seconds")]
    [TestCase("wait checkout --for promtoed", "--for: found 'promtoed', allowed are")]
    [TestCase("wait checkout", "--for is missing: ")]
    [TestCase("analyze --timeout 1e300", "--timeout: found '1e300', allowed are seconds")]
    [TestCase("status checkout -n --watch", "-n needs a value")]
    [TestCase("promote checkout --context --full", "--context needs a value")]
    [TestCase("get -n", "-n needs a value: Namespace")]
    [TestCase("get -n a -n b", "-n is given 2 times, allowed is once")]
    [TestCase("backtest -f x.yaml", "--prometheus is missing: Address of Prometheus")]
    [TestCase("get checkout -A", "a name is of one: give -n NAMESPACE, or no name")]
    [TestCase("get checkout -l app=checkout", "give one or the other")]
    [TestCase("get a/b", "WHAT: found 'a/b', allowed are lower case letters, digits")]
    [TestCase("status Checkout", "ROLLOUT: found 'Checkout', allowed are lower case letters, digits")]
    [TestCase("status checkout -n ..", "--namespace: found '..', allowed are lower case letters, digits")]
    [TestCase("get @names", "WHAT: found '@names'")]
    [TestCase("backtest -f / --prometheus http://127.0.0.1:1", "/ is a folder; the name of a file is needed")]
    [TestCase("lint nowhere.yaml", "nowhere.yaml is not there")]
    [TestCase("get --bogus", "there is no option '--bogus' of canary get")]
    [TestCase("get runs -q", "there is no option '-q' of canary get")]
    [TestCase("lint --bogus", "there is no option '--bogus' of canary lint")]
    [TestCase("abort", "canary abort needs ROLLOUT")]
    public async Task WhenItIsWrong_ThenItSaysWhyAndEndsWith2(string line, string said)
    {
        var (code, _, error) = await RunAsync(line);

        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(error.TrimEnd().Split('\n')[^1], Does.StartWith("error: ").And.Contains(said));
    }

    [Test]
    public async Task WhenSeveralThingsAreWrong_ThenAllOfThemStandBelowTheHelpAndNothingIsPrintedForAPipe()
    {
        var (code, output, error) = await RunAsync("backtest --stepp 1m -o xml");

        var lines = error.TrimEnd().Split('\n');
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(lines.TakeLast(3), Has.All.StartsWith("error: "));
        Assert.That(lines.TakeLast(3).First(), Does.EndWith("did you mean --step?"));
        Assert.That(lines.First(), Does.StartWith("Description:"));
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

    [TestCase("--help")]
    [TestCase("promote --help")]
    [TestCase("abort --help")]
    [TestCase("retry --help")]
    public async Task WhenItAsksForHelp_ThenItReadsAsWordsOfThisProgram(string line)
    {
        var (_, output, _) = await RunAsync(line);

        Assert.That(output, Does.Not.Contain("00:00").And.Not.Match("(take|takes|taken) (it |the canary )?back"));
    }

    [Test]
    public async Task WhenALineStandsForStandardInput_ThenItIsNoOption() =>
        Assert.That((await RunAsync("lint -", "kind: Rollout")).Code, Is.EqualTo(1));

    private static async Task<(int Code, string Output, string Error)> RunAsync(string line, string? input = null)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var before = Console.In;
        if (input is not null) Console.SetIn(new StringReader(input));
        try
        {
            return (await CommandLine.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                new CommandIo(output, error, TimeProvider.System)), output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetIn(before);
        }
    }
}
