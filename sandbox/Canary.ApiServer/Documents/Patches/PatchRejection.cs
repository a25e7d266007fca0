namespace Canary.ApiServer.Documents.Patches;

/// <summary>Why a patch was refused; each has its own status code.</summary>
internal enum PatchRejection
{
    /// <summary>A <c>test</c> operation did not hold: 422.</summary>
    TestFailed,

    /// <summary>The patch is well formed and cannot be applied to this object: 422.</summary>
    Inapplicable,

    /// <summary>The patch itself cannot be read: 400.</summary>
    Malformed,

    /// <summary>The patch broke a rule that a real server answers with 500.</summary>
    Internal,
}
