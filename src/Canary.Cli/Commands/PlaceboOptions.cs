using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using Canary.Usage;

namespace Canary.Cli.Commands;

/// <summary>The words of <c>canary backtest --placebo</c>, beside those that each backtest has.</summary>
internal sealed class PlaceboOptions
{
    private const int MostReplays = 10_000;
    private const int MostPods = 10_000;

    private readonly Argument<string?> _rollout =
        new("ROLLOUT") { Description = "Name of the Rollout, with --placebo", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<bool> _placebo = new("--placebo")
    {
        Description = "Compare stable with itself: how many rollouts that are made up of stable's own pods would have been rolled back"
    };

    private readonly Option<int?> _pods = new("--pods")
    {
        Description = "With --placebo: pods of the canary (default: those whose share is nearest to the weights of the steps)"
    };

    private readonly Option<int> _replays =
        new("--replays") { Description = "With --placebo: made-up rollouts, at least", DefaultValueFactory = _ => 200 };

    private readonly Option<ulong> _seed =
        new("--seed") { Description = "With --placebo: seed of the draw. The same seed draws the same pods", DefaultValueFactory = _ => 1 };

    public ClusterOptions Cluster { get; } = new();

    public bool IsPlacebo(ParseResult parsed) => parsed.GetValue(_placebo);

    public string Rollout(ParseResult parsed) => parsed.GetValue(_rollout)!;

    public (int? Pods, int Replays, ulong Seed) Read(ParseResult parsed) =>
        (parsed.GetValue(_pods), parsed.GetValue(_replays), parsed.GetValue(_seed));

    /// <param name="command">The command that gets the words.</param>
    /// <param name="needed">Options that it needs without <c>--placebo</c>.</param>
    /// <param name="strange">Options that say nothing with it.</param>
    public void AddTo(Command command, Option[] needed, Option[] strange)
    {
        _rollout.CheckNames();
        _pods.Limit(number => number is >= 1 and <= MostPods, $"1 to {MostPods}");
        _replays.Limit(number => number is >= 1 and <= MostReplays, $"1 to {MostReplays}");
        command.Arguments.Add(_rollout);
        foreach (var option in new Option[] { _placebo, _pods, _replays, _seed }) command.Options.Add(option);
        Cluster.AddTo(command);
        command.Validators.Add(result =>
        {
            foreach (var problem in Problems(result, needed, strange)) result.AddError(problem);
        });
    }

    private IEnumerable<string> Problems(CommandResult result, Option[] needed, Option[] strange)
    {
        var isNamed = result.GetResult(_rollout) is { Tokens.Count: > 0 };
        if (result.GetResult(_placebo) is { } placebo && placebo.GetValueOrDefault<bool>())
        {
            if (!isNamed) yield return $"canary backtest --placebo needs {_rollout.Name}: Name of the Rollout";
            foreach (var option in strange.Where(option => IsGiven(result, option)))
                yield return $"{option.Name} says nothing with --placebo: leave it out";
            yield break;
        }

        Option[] missing = [.. needed.Where(option => !IsGiven(result, option))];
        foreach (var option in missing) yield return $"{option.Name} is missing: {option.Description}";
        // The value of an option that is misspelt looks like a name, too.
        if (isNamed && missing.Length == 0) yield return "ROLLOUT is for --placebo: without it, name templates with -f";
        foreach (var option in new Option[] { _pods, _replays, _seed }.Where(option => IsGiven(result, option)))
            yield return $"{option.Name} is for --placebo";
    }

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
