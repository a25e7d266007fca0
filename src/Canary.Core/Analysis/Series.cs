using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>One series of a range answer.</summary>
public sealed record Series(EquatableArray<Label> Labels, EquatableArray<Point> Points);
