using System;
using Canary.Core.Statistics;

namespace Canary.Core.Planning;

/// <summary>How often a minute says that the canary's rate is the greater one, where both sides' events come one by one.</summary>
internal static class MinuteSign
{
    /// <summary>From so many expected events on the normal approximation is as good.</summary>
    private const double Many = 100;

    /// <summary>Chances that the canary's rate is greater, and that it is less; what is left are ties, in which neither had an
    /// event.</summary>
    /// <param name="ours">Expected events of the canary in a minute.</param>
    /// <param name="theirs">Expected events of stable.</param>
    /// <param name="ratio">Requests of stable for each of the canary's.</param>
    public static (double Worse, double Better) Compute(double ours, double theirs, double ratio)
    {
        if (ours > Many)
        {
            var worse = NormalShare.Below(((ours * ratio) - theirs) / Math.Sqrt((ours * ratio * ratio) + theirs));
            return (worse, 1 - worse);
        }

        var (greater, less) = (0.0, 0.0);
        var most = (int)Math.Ceiling(ours + (10 * Math.Sqrt(ours)) + 20);
        var chance = Math.Exp(-ours);
        for (var events = 0; events <= most; chance *= ours / ++events)
        {
            if (events == 0)
            {
                less += chance * (1 - Math.Exp(-theirs));
                continue;
            }

            // Counts are whole, and requests are not in step with each other: where the rates would be the same to the last digit, half of
            // the minutes lie on either side.
            var below = (Below(theirs, Math.Ceiling(events * ratio) - 1) + Below(theirs, Math.Floor(events * ratio))) / 2;
            greater += chance * below;
            less += chance * (1 - below);
        }

        return (greater, less);
    }

    /// <summary>Chance of at most so many events.</summary>
    private static double Below(double mean, double most)
    {
        if (most < 0) return 0;
        if (mean > Many) return NormalShare.Below((most + 0.5 - mean) / Math.Sqrt(mean));
        var (term, sum) = (Math.Exp(-mean), 0.0);
        for (var events = 0; events <= most && (events <= mean || term > 1e-15); term *= mean / ++events) sum += term;
        return Math.Min(1, sum);
    }
}
