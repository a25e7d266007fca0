using System;

namespace Canary.Sandbox.Load;

/// <summary>How the load is made.</summary>
/// <param name="Rate">Requests a second, sent at their time whether or not earlier ones were answered.</param>
/// <param name="Host">The host that is asked for, as a client of the mesh writes it.</param>
/// <param name="Path">The path.</param>
/// <param name="Length">After which it stops by itself.</param>
/// <param name="InFlightAtMost">Above this many unanswered requests, new ones are counted as skipped and not sent.</param>
/// <param name="Timeout">Longest wait for an answer.</param>
internal sealed record LoadOptions(double Rate, string Host, string Path, TimeSpan Length, int InFlightAtMost, TimeSpan Timeout)
{
    public static LoadOptions Default { get; } =
        new(100, "checkout.shop", "/orders", TimeSpan.FromHours(12), 256, TimeSpan.FromSeconds(10));
}
