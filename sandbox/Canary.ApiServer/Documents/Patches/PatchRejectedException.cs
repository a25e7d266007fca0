using System;

namespace Canary.ApiServer.Documents.Patches;

/// <summary>A patch that is answered with a Status; the message is the one of a real API server.</summary>
internal sealed class PatchRejectedException(PatchRejection kind, string message) : Exception(message)
{
    /// <summary>What every JSON patch that cannot be applied is answered with: it does not say which operation failed, or why.</summary>
    public const string Inapplicable = "the server rejected our request due to an error in our request";

    public PatchRejection Kind { get; } = kind;

    public int StatusCode => Kind switch
    {
        PatchRejection.TestFailed => 422,
        PatchRejection.Inapplicable => 422,
        PatchRejection.Malformed => 400,
        PatchRejection.Internal => 500,
    };

    /// <summary>Reason of the Status; null for a 500, which carries none.</summary>
    public string? Reason => Kind switch
    {
        PatchRejection.TestFailed => "Invalid",
        PatchRejection.Inapplicable => "Invalid",
        PatchRejection.Malformed => "BadRequest",
        PatchRejection.Internal => null,
    };
}
