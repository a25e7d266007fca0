using Canary.Core.Analysis;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>Something to be brought about, as a level: carrying it out again changes nothing.</summary>
public abstract record Effect
{
    private Effect() { }

    /// <summary>Every route shall be like this: the share of each side, and the header and mirror routes before it.</summary>
    public sealed record Route(RoutePlan Plan) : Effect
    {
        /// <summary>Share of the side that the spec names canary.</summary>
        public Weight Second => Plan.Second;
    }

    /// <summary>Every routed object shall carry the claim of this write sequence, so that an earlier write that arrives late is refused.
    /// The weights stay as they are.</summary>
    public sealed record FenceRoutes : Effect;

    /// <summary>Stable's workload shall carry it, so that a template that was sent before an abort is refused.</summary>
    public sealed record FenceStable : Effect;

    /// <summary>The sides of the one workload shall be like this.</summary>
    public sealed record Arrange(CopyLevels Levels) : Effect;

    /// <summary>The set and its Services shall be like this.</summary>
    public sealed record ArrangeSet(SetLevels Levels) : Effect;

    /// <summary>This analysis run shall exist.</summary>
    public sealed record Analyze(RunKey Key, AnalysisReference Analysis) : Effect;

    /// <summary>This analysis run shall take no more measurements; where it was still running it ends with the phase that its measurements
    /// support.</summary>
    public sealed record EndAnalysis(RunKey Key, string Reason) : Effect;

    /// <summary>The canary side's Deployment shall have the pod template of <paramref name="Revision"/>, as long as it still has that of
    /// <paramref name="From"/>.</summary>
    public sealed record RestoreTemplate(string Revision, string From) : Effect;

    /// <summary>The workload of the stable side shall run the pod template of the canary side, less the labels that stable selects by, as
    /// long as that template still is <paramref name="Revision"/>.</summary>
    public sealed record PromoteTemplate(string Revision) : Effect;
}
