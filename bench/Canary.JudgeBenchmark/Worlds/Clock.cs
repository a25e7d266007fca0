using System;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>Times of a world: milliseconds since the canary got its first traffic. Slots of one scrape interval are what rates are constant
/// in; weights, noise and incidents change between them.</summary>
internal static class Clock
{
    /// <summary>When that was, for those who speak of dates.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Length of a slot, and time between two scrapes of a pod.</summary>
    public const int Slot = 15_000;

    /// <summary>Time between two looks.</summary>
    public const int Look = 30_000;

    /// <summary>Length of a rollout.</summary>
    public const int Length = 3_600_000;

    /// <summary>Looks in a rollout; they are numbered from 1.</summary>
    public const int Looks = Length / Look;

    /// <summary>Slots before the canary's first traffic that stable was scraped in.</summary>
    public const int Before = 28;

    public const int Slots = Before + (Length / Slot);

    public const int SlotsInLook = Look / Slot;

    public const int SlotsInMinute = 60_000 / Slot;

    /// <summary>Start of a slot.</summary>
    public static int StartOf(int slot) => (slot - Before) * Slot;

    /// <summary>Slots that are over when a look is taken.</summary>
    public static int SlotsUntil(int look) => Before + (look * SlotsInLook);
}
