using System.Collections.Generic;
using Canary.JudgeBenchmark.Reading;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>The judges that are compared.</summary>
internal static class JudgeSet
{
    /// <summary>New ones: they remember things, so that each thread has its own. Canary's is the first, the oracle the last.</summary>
    public static IReadOnlyList<IJudge> All()
    {
        var minute = new MinuteReading();
        var classification = new KayentaClassification(minute);
        return
        [
            new ProductionJudge(new SimulatedPrometheus()),
            ArgoJudge.Loose(),
            ArgoJudge.Strict(),
            ArgoJudge.Relative(minute),
            new FlaggerJudge(minute),
            KayentaJudge.Repeated(classification),
            KayentaJudge.Once(classification),
            new ZTestJudge(),
            GroupSequentialJudge.Usual(),
            GroupSequentialJudge.Strict(),
            new BareOddsJudge(new SimulatedPrometheus()),
            new OracleJudge(),
        ];
    }
}
