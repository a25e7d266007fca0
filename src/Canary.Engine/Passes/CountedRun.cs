using System.Collections.Generic;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Engine.Ports;

namespace Canary.Engine.Passes;

/// <summary>An analysis run with this pass's measurements counted in.</summary>
/// <param name="Run">As it was read, or as it was last saved.</param>
/// <param name="Next">Its status with <paramref name="Finished"/> counted.</param>
/// <param name="Finished">What the queries answered and no saved status counts yet.</param>
internal sealed record CountedRun(RunSnapshot Run, RunStatus Next, IReadOnlyList<FinishedMeasurement> Finished)
{
    public bool HasEvidence => Next != Run.Status;

    public bool IsOver => Next.EndedAt is not null;
}
