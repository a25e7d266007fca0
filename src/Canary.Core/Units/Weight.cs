using System;
using System.Globalization;

namespace Canary.Core.Units;

/// <summary>Share of the requests of a route's stable and canary destinations that goes to the canary.</summary>
/// <remarks>Held in basis points (hundredths of a percent), 0 to 10,000; written in specs and shown to people as percent, 0 to
/// 100.</remarks>
public readonly record struct Weight : IComparable<Weight>
{
    /// <summary>No request goes to the canary.</summary>
    public static readonly Weight Zero;

    /// <summary>Every request goes to the canary.</summary>
    public static readonly Weight Full = new(10_000);

    private Weight(int basisPoints) => BasisPoints = basisPoints;

    /// <summary>The share in hundredths of a percent, 0 to 10,000.</summary>
    public int BasisPoints { get; }

    /// <summary>The share in percent, 0 to 100.</summary>
    public decimal Percent => BasisPoints / 100m;

    /// <summary>A weight from percent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0, more than 100, or finer than a hundredth of a percent.</exception>
    public static Weight FromPercent(decimal percent)
    {
        var points = percent * 100m;
        if (points < 0m || points > 10_000m || points != decimal.Truncate(points))
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "a weight is 0 to 100 percent in hundredths");
        return new Weight((int)points);
    }

    /// <summary>A weight from basis points, 0 to 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 to 10,000.</exception>
    public static Weight FromBasisPoints(int basisPoints) =>
        basisPoints is >= 0 and <= 10_000
            ? new Weight(basisPoints)
            : throw new ArgumentOutOfRangeException(nameof(basisPoints), basisPoints, "a weight is 0 to 10,000 basis points");

    /// <inheritdoc />
    public int CompareTo(Weight other) => BasisPoints.CompareTo(other.BasisPoints);

    public static bool operator <(Weight left, Weight right) => left.BasisPoints < right.BasisPoints;

    public static bool operator >(Weight left, Weight right) => left.BasisPoints > right.BasisPoints;

    public static bool operator <=(Weight left, Weight right) => left.BasisPoints <= right.BasisPoints;

    public static bool operator >=(Weight left, Weight right) => left.BasisPoints >= right.BasisPoints;

    /// <summary>Percent without a sign, at most two decimals: <c>25</c>, <c>0.5</c>.</summary>
    public override string ToString() => Percent.ToString("0.##", CultureInfo.InvariantCulture);
}
