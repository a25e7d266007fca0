using System;
using Canary.Core.Analysis;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Engine.Ports;

/// <summary>An AnalysisRun of nobody's rollout, as it was read.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid"><c>metadata.uid</c>.</param>
/// <param name="ResourceVersion"><c>metadata.resourceVersion</c>.</param>
/// <param name="Spec">What is measured: as it was resolved when the run began, before that as it can be resolved now. Null: it
/// cannot.</param>
/// <param name="Problems">Why it cannot; empty where <paramref name="Spec"/> is given.</param>
/// <param name="CreatedAt"><c>metadata.creationTimestamp</c>.</param>
/// <param name="MayHeal">The problems may go away without a change of the run: a template that is not there yet.</param>
/// <param name="IsToEnd"><c>spec.terminate</c>.</param>
/// <param name="Status">How far it is.</param>
public sealed record StandaloneRunSnapshot(
    string Namespace, string Name, string Uid, string ResourceVersion, DateTimeOffset CreatedAt, RunSpec? Spec,
    EquatableArray<SpecError> Problems, bool MayHeal, bool IsToEnd, RunStatus Status);
