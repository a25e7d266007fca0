namespace Canary.Core.Planning;

/// <summary>What a ramp makes of a hundred canaries that are so much worse.</summary>
/// <param name="Chance">Share of them that is found before the end, 0 to 1.</param>
/// <param name="Requests">Requests that one of them serves, on average, until it is found or the ramp ends.</param>
/// <param name="Events">Of them those that fail, or are slow.</param>
public sealed record RampOutcome(double Chance, double Requests, double Events);
