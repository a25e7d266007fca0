using System;

namespace Canary.Core.Units;

/// <summary>Sums of times and lengths that stay dates, whatever an object holds: a pause of ten thousand years ends on the last day there
/// is.</summary>
public static class Moments
{
    /// <summary>The time that much later; the last or the first one there is, where no date is.</summary>
    public static DateTimeOffset After(this DateTimeOffset time, TimeSpan length)
    {
        var most = DateTimeOffset.MaxValue - time;
        var least = DateTimeOffset.MinValue - time;
        return length > most ? DateTimeOffset.MaxValue : length < least ? DateTimeOffset.MinValue : time + length;
    }
}
