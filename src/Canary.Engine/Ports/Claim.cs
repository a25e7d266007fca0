using System;
using System.Globalization;

namespace Canary.Engine.Ports;

/// <summary>Who may write a routed object: the value of the annotation <c>canary.delivery/claim</c>.</summary>
/// <param name="RolloutUid">Uid of the Rollout that owns the weights.</param>
/// <param name="Term">Term of the leader that stamped it: rises with each new leader.</param>
public readonly record struct Claim(string RolloutUid, long Term)
{
    /// <summary><c>uid/term</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RolloutUid}/{Term}");

    /// <summary>Reads an annotation's value.</summary>
    public static bool TryParse(string? text, out Claim claim)
    {
        claim = default;
        var slash = text?.LastIndexOf('/') ?? -1;
        if (slash <= 0 || !long.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var term)) return false;
        claim = new Claim(text![..slash], term);
        return true;
    }
}
