using System;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>Failures put in on purpose: a share of requests is delayed, a share is refused.</summary>
internal sealed record FaultInjection(double DelayShare, TimeSpan Delay, double AbortShare, int AbortStatus)
{
    public static FaultInjection? Read(JsonNode? fault)
    {
        if (fault is null) return null;
        var delays = DocumentDuration.TryParse(fault.TextAt("delay", "fixedDelay"), out var delay);
        var status = fault.NumberAt("abort", "httpStatus");
        return new(delays ? Share(fault.At("delay")) : 0, delay, status is null ? 0 : Share(fault.At("abort")), status ?? 0);
    }

    // No percentage means every request, as the reference of the VirtualService has it.
    private static double Share(JsonNode? part) => (part.DecimalAt("percentage", "value") ?? part.DecimalAt("percent") ?? 100) / 100;
}
