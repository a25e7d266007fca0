using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;

namespace Canary.Engine.Measuring;

/// <summary>Puts those who ask the same of different variants into one query. All else must be equal: the server, the credentials, the
/// tick.</summary>
internal static class SharedQueries
{
    /// <summary>What is to be sent, and for whom.</summary>
    public static IEnumerable<(MetricQuery Query, bool IsShared, IReadOnlyList<QueryWaiter> For)> Group(IReadOnlyList<QueryWaiter> waiters)
    {
        foreach (var alone in waiters.Where(waiter => waiter.Query.Red is null or { IsAlone: true }))
            yield return (alone.Query, false, [alone]);
        foreach (var kind in waiters
            .Where(waiter => waiter.Query.Red is { IsAlone: false })
            .GroupBy(waiter =>
                (waiter.Query.Red!.Kind,
                    Common: waiter.Query with { Query = "", Red = null, Native = null, Probe = null, ProbeFinding = "" })))
        {
            var byQuestion = kind.ToLookup(waiter => waiter.Query.Red!);
            foreach (var group in RedQuery.Groups(byQuestion.Select(question => question.Key)))
            {
                QueryWaiter[] all = [.. group.SelectMany(question => byQuestion[question])];
                // One variant alone is asked for as it is: the plain query is the one that a person would send.
                if (group.Count == 1) yield return (all[0].Query, false, all);
                else if (Together(group) is { } together) yield return (kind.Key.Common with { Query = together }, true, all);
                else foreach (var same in all.GroupBy(waiter => waiter.Query)) yield return (same.Key, false, [.. same]);
            }
        }
    }

    // What cannot be asked for together is asked for one by one: one bad name must hurt nobody else.
    private static string? Together(IReadOnlyList<RedQuery> group)
    {
        try
        {
            return RedQuery.Together(group);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
