using System;
using Canary.Core.Analysis;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>One step of a canary strategy.</summary>
public abstract record Step
{
    private Step() { }

    /// <summary>Share of the traffic that the canary gets; done when every route shows it.</summary>
    public sealed record SetWeight(Weight Weight) : Step;

    /// <summary>Wait. The clock starts when every route shows the weight in force.</summary>
    /// <param name="Duration">How long; null: until a person promotes.</param>
    public sealed record Pause(TimeSpan? Duration) : Step;

    /// <summary>The canary has at least so many pods from here on, beside its share of the traffic; done when they are ready. With
    /// <c>spec.workload</c>. Source: <c>setCanaryScale</c> of Argo Rollouts.</summary>
    /// <param name="Scale">How many.</param>
    public sealed record SetCanaryScale(CanaryScale Scale) : Step;

    /// <summary>The requests of this route go to the canary from here on, whatever its weight is; without a match the route of this name
    /// goes. Done when every route of the user has it. Source: <c>setHeaderRoute</c> of Argo Rollouts.</summary>
    /// <param name="Route">The route.</param>
    public sealed record SetHeaderRoute(HeaderRoute Route) : Step;

    /// <summary>The canary gets copies of the requests of this route from here on; at 0 percent the route of this name goes. Done when
    /// every route of the user has it. Source: <c>setMirrorRoute</c> of Argo Rollouts.</summary>
    /// <param name="Route">The route.</param>
    public sealed record SetMirrorRoute(MirrorRoute Route) : Step;

    /// <summary>Run these templates and go on when the run is Successful.</summary>
    public sealed record Analyze(AnalysisReference Analysis) : Step;
}
