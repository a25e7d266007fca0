using System.Globalization;

namespace Canary.Engine.Ports;

/// <summary>Who may write a routed object: the value of the annotation <c>canary.delivery/claim</c>.</summary>
/// <param name="RolloutUid">Uid of the Rollout that owns the weights.</param>
/// <param name="Term">Term of the leader that stamped it: rises with each new leader.</param>
/// <param name="Sequence"><c>status.writeSequence</c> of the Rollout when it was stamped: rises with each weight that is wanted, and with
/// each abort. All writes of one sequence want the same. Default 0.</param>
public readonly record struct Claim(string RolloutUid, long Term, long Sequence = 0)
{
    /// <summary>Largest sequence that is believed: whoever may edit a route may write any number there. About 4.5e15.</summary>
    public const long LargestSequence = 1L << 52;

    /// <summary>A claim with a sequence this far above that of the Rollout was written by somebody else: no status that was lost or
    /// restored is so far behind.</summary>
    public const long MostAhead = 1L << 20;

    /// <summary>
    /// A term above <see cref="Term"/> that no leader ever had: an object carried it, and the Lease, read after that, said that this one
    /// still leads. Terms only rise, so somebody else wrote it there. Null: none is known.
    /// </summary>
    public long? ForgedTerm { get; init; }

    /// <summary>The claim that an object carries may be one of this Rollout's, or is another's. False: it was made up, and stands for
    /// none.</summary>
    public bool Believes(Claim carried) =>
        RolloutUid != carried.RolloutUid || (carried.Term != ForgedTerm && carried.Sequence - Sequence <= MostAhead);

    /// <summary><c>uid/term/sequence</c>; <c>uid/term</c> for sequence 0, as earlier versions wrote it.</summary>
    public override string ToString() => Sequence == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{RolloutUid}/{Term}")
        : string.Create(CultureInfo.InvariantCulture, $"{RolloutUid}/{Term}/{Sequence}");

    /// <summary>An object that carries this claim refuses what was sent before <paramref name="wanted"/>: it is of the same Rollout, and
    /// neither its term nor its sequence is older.</summary>
    public bool Covers(Claim wanted) => RolloutUid == wanted.RolloutUid && Term >= wanted.Term && Sequence >= wanted.Sequence;

    /// <summary>Reads an annotation's value; also <c>uid/term</c>, which earlier versions wrote: sequence 0.</summary>
    public static bool TryParse(string? text, out Claim claim)
    {
        claim = default;
        var parts = text?.Split('/') ?? [];
        if (parts is not [{ Length: > 0 } uid, var first, ..] || parts.Length > 3) return false;
        if (!long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var term)) return false;
        var sequence = 0L;
        if (parts is [_, _, var second]
            && (!long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out sequence) || sequence > LargestSequence))
            return false;
        claim = new Claim(uid, term, sequence);
        return true;
    }
}
