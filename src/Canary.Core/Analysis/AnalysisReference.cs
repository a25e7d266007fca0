using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>The templates of a run and the arguments they are given.</summary>
public sealed record AnalysisReference(EquatableArray<TemplateReference> Templates, EquatableArray<Argument> Arguments);
