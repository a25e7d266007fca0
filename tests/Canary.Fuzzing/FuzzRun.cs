using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NUnit.Framework;

namespace Canary.Fuzzing;

/// <summary>Runs numbered cases and counts what became of them. A case is its number: a failure names it, and it can be played again.
/// <c>CANARY_FUZZ</c> multiplies the counts, and
/// <c>CANARY_FUZZ_FROM</c> is the number of the first case.</summary>
internal sealed class FuzzRun
{
    private const int MostFailures = 5;
    private const int MostFrames = 7;

    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private int _cases;

    private FuzzRun() { }

    /// <summary>The number of the first case.</summary>
    private static int First { get; } = int.TryParse(Environment.GetEnvironmentVariable("CANARY_FUZZ_FROM"), NumberStyles.None,
        CultureInfo.InvariantCulture, out var first) ? first : 0;

    /// <summary>How often the default counts are run.</summary>
    public static int Times { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("CANARY_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var times)
        && times > 0 ? times : 1;

    /// <summary>Runs the cases, prints how many had which outcome, and fails where one threw.</summary>
    /// <param name="count">Cases, before <c>CANARY_FUZZ</c>.</param>
    /// <param name="attempt">Runs one case by its number; its outcome in a word or two.</param>
    /// <param name="mostBytes">Most that one case may allocate.</param>
    public static FuzzRun Each(int count, Func<int, string> attempt, long mostBytes = long.MaxValue)
    {
        var run = new FuzzRun();
        for (var at = 0; at < count * Times && run._failures.Count < MostFailures; at++) run.Try(First + at, attempt, mostBytes);
        TestContext.Out.WriteLine(
            $"{run._cases} cases from {First}: {string.Join(", ", run._outcomes.Select(one => $"{one.Key} {one.Value}"))}");
        if (run._failures.Count > 0) Assert.Fail(string.Join("\n\n", run._failures));
        return run;
    }

    /// <summary>So many of a hundred cases, at least, had one of the outcomes: not all were refused at the door.</summary>
    public FuzzRun HasAtLeast(double percent, params string[] outcomes)
    {
        var share = 100.0 * outcomes.Sum(outcome => _outcomes.GetValueOrDefault(outcome)) / _cases;
        Assert.That(share, Is.GreaterThanOrEqualTo(percent), $"percent of {string.Join(", ", outcomes)}");
        return this;
    }

    private void Try(int seed, Func<int, string> attempt, long mostBytes)
    {
        _cases++;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var outcome = attempt(seed);
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
            if (GC.GetAllocatedBytesForCurrentThread() - before is var bytes && bytes > mostBytes)
                _failures.Add($"case {seed}: {outcome}, and it allocated {bytes} bytes");
        }
        catch (AssertionException wrong)
        {
            _failures.Add($"case {seed}: {wrong.Message}");
        }
        catch (Exception thrown)
        {
            _failures.Add($"case {seed}: {string.Join('\n', thrown.ToString().Split('\n').Take(MostFrames))}");
        }
    }
}
