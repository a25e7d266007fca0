using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Faults;

/// <summary>
/// A fault proxy between the real controller's engine and an API server delays, doubles, loses and reorders its writes.
/// <c>CANARY_FAULT_SCHEDULES=0-10000</c> runs those seeds instead of the first few; <c>CANARY_FAULT_SEED=17</c> replays one, and prints
/// what happened in it.
/// </summary>
public sealed class GivenWritesOfAnyDelay
{
    private const string Few = "0-200";

    private static readonly string? Seed = Environment.GetEnvironmentVariable("CANARY_FAULT_SEED");

    private static readonly int[] Range =
    [
        .. (Seed is null ? Environment.GetEnvironmentVariable("CANARY_FAULT_SCHEDULES") ?? Few
            : $"{Seed}-{int.Parse(Seed, CultureInfo.InvariantCulture) + 1}")
            .Split('-').Select(part => int.Parse(part, CultureInfo.InvariantCulture)),
    ];

    [Test]
    public void WhenTheyArriveInAnyOrder_ThenNoWeightStaysAboveWhatTheStatusSays()
    {
        var violations = new List<string>();
        var (faults, passes, judged, overtakings, raises, promotions, count) = (0L, 0L, 0L, 0L, 0L, 0L, 0);
        // Whatever is awaited goes on where it is completed: one thread, the same order each time.
        SynchronizationContext.SetSynchronizationContext(null);
        for (var seed = Range[0]; seed < Range[1] && violations.Count < 5; seed++, count++)
        {
            var schedule = new FaultSchedule(seed, isTelling: Seed is not null);
            var violation = schedule.Run();
            (faults, passes, judged, overtakings) =
                (faults + schedule.Faults, passes + schedule.Passes, judged + schedule.Judged, overtakings + schedule.Overtakings);
            (raises, promotions) = (raises + schedule.Raises, promotions + schedule.Promotions);
            if (Seed is not null) TestContext.Out.WriteLine(schedule.Story);
            if (violation is not null)
            {
                violations.Add($"CANARY_FAULT_SEED={seed}: {violation}");
                TestContext.Progress.WriteLine(violations[^1]);
            }

            if (count % 100 == 99) TestContext.Progress.WriteLine($"{count + 1} schedules, {violations.Count} violations");
        }

        TestContext.Out.WriteLine(
            $"{count} schedules, {passes} passes ({judged} judged), {raises} raises, {promotions} promotions, {faults} writes that went "
                + $"wrong, {overtakings} weights that were above the status for less than a pass, {violations.Count} violations");
        Assert.That(violations, Is.Empty);
        // Where no pass is judged or nothing is released there is nothing to find.
        Assert.That(Seed is not null || judged >= 10 * count, Is.True, $"{judged} passes were judged in {count} schedules");
        Assert.That(Seed is not null || raises >= 2 * count, Is.True, $"{raises} raises in {count} schedules");
    }
}
