using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>One series of an instant answer.</summary>
public sealed record Sample(EquatableArray<Label> Labels, double Value);
