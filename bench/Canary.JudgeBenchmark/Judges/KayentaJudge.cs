using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>Kayenta's judge with a point a minute and a window that grows: errors, and the p99 where durations are measured; each critical,
/// direction increase, pass 95, marginal 75.</summary>
/// <param name="name">Name in the tables.</param>
/// <param name="classification">Shared by those that look at the same world.</param>
/// <param name="interval">Looks between two judgements.</param>
internal sealed class KayentaJudge(string name, KayentaClassification classification, int interval) : IJudge
{
    public string Name => name;

    public double? DeclaredRate => null;

    /// <summary>Every ten minutes.</summary>
    public static KayentaJudge Repeated(KayentaClassification classification) => new("Kayenta 10 min", classification, 20);

    /// <summary>Once, at the end.</summary>
    public static KayentaJudge Once(KayentaClassification classification) => new("Kayenta once", classification, Clock.Looks);

    public void Begin(Cell cell)
    {
        // All that it knows is read anew at each judgement.
    }

    public Verdict Look(World world, int look)
    {
        // A source that does not answer fails the stage, and with it the canary.
        if (look % interval == 0 && (!world.IsAnswering(look * Clock.Look) || !classification.Passes(world, look)))
            return Verdict.RolledBack;
        return look < Clock.Looks ? Verdict.Continue : Verdict.Promoted;
    }
}
