using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Placebo;

/// <summary>Rollouts that are made up over a past.</summary>
/// <param name="Rollouts">Those that can be replayed.</param>
/// <param name="Rounds">How often the past was gone through, each time from another moment on and with other groups.</param>
/// <param name="OnePod">How many were left out since stable had one pod, or none, when they began.</param>
/// <param name="Replaced">How many were left out since most pods of a group were gone before they ended.</param>
public sealed record PlaceboDraw(EquatableArray<PlaceboRollout> Rollouts, int Rounds, int OnePod, int Replaced)
{
    // A pod that was scraped this short before the end was there at the end.
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(2);

    /// <summary>Most pods that stable had in one of them.</summary>
    public int MostPods => Rollouts.Select(one => one.Canary.Count + one.Stable.Count).DefaultIfEmpty(0).Max();

    /// <summary>How many of them follow each other without an overlap, on average.</summary>
    public double Apart => Rounds == 0 ? 0 : Rollouts.Count / (double)Rounds;

    /// <summary>Draws rollouts.</summary>
    /// <param name="pods">The pods of the past.</param>
    /// <param name="from">The earliest start.</param>
    /// <param name="to">The latest end.</param>
    /// <param name="length">Length of a rollout.</param>
    /// <param name="least">How many at least, where the past holds one.</param>
    /// <param name="group">The pods of the canary out of so many; 0: it cannot be replayed with so few.</param>
    /// <param name="seed">Of the draw.</param>
    public static PlaceboDraw Draw(IReadOnlyList<PastPod> pods, DateTimeOffset from, DateTimeOffset to, TimeSpan length, int least,
        Func<int, int> group, ulong seed)
    {
        var slots = (int)Math.Max(0, Math.Floor((to - from) / length));
        if (slots == 0) return new PlaceboDraw([], 0, 0, 0);
        var sequence = new SeededSequence(seed);
        var spare = to - from - (slots * length);
        var rounds = (least + slots - 1) / slots;
        var (rollouts, alone, replaced) = (new List<PlaceboRollout>(), 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            // To the second, as rollouts begin.
            var begin = from + TimeSpan.FromSeconds(sequence.Below((long)spare.TotalSeconds + 1));
            for (var slot = 0; slot < slots; slot++)
            {
                var at = begin + (slot * length);
                var there = sequence.Shuffle([.. pods.Where(pod => pod.IsThere(at))]);
                var canary = there.Length < 2 ? 0 : group(there.Length);
                if (canary < 1) alone++;
                else if (IsReplaced(there[..canary], at + length) || IsReplaced(there[canary..], at + length)) replaced++;
                else
                    rollouts.Add(new PlaceboRollout(at, round, [.. there[..canary].Select(pod => pod.Name)],
                        [.. there[canary..].Select(pod => pod.Name)]));
            }
        }

        return new PlaceboDraw([.. rollouts], rounds, alone, replaced);
    }

    private static bool IsReplaced(PastPod[] pods, DateTimeOffset end) => 2 * pods.Count(pod => pod.LastAt > end - Gone) < pods.Length;
}
