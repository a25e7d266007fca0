using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>Decides over a rollout. One object judges many, one after the other.</summary>
internal interface IJudge
{
    string Name { get; }

    /// <summary>False rollbacks per rollout that it claims not to exceed; null: it claims nothing.</summary>
    double? DeclaredRate { get; }

    /// <summary>It knows what nobody can know, and is there to be measured against.</summary>
    bool IsOracle => false;

    /// <summary>The first judge is held to fewer failed requests than this one. Not where it is a part of that judge, knows too much, or
    /// has a gate of its own.</summary>
    bool IsRival => !IsOracle;

    /// <summary>Look at which it first knew enough to go on; null: it did not, or makes no such difference.</summary>
    int? EnoughAt => null;

    /// <summary>Look at which it first had evidence that the canary is not much worse; null: it never had, or does not ask.</summary>
    int? EvidenceAt => null;

    /// <summary>Begins with a new rollout.</summary>
    void Begin(Cell cell);

    /// <summary>Looks. Before the last look it says to continue or to roll back, and at the last one how it ends.</summary>
    /// <param name="world">The world; only the oracle may look at what is true in it.</param>
    /// <param name="look">Number of the look, from 1 to <see cref="Clock.Looks"/>.</param>
    Verdict Look(World world, int look);
}
