namespace Canary.ApiServer.Writing;

/// <summary>How the new state of an object came about.</summary>
internal enum UpdateOrigin
{
    Put,
    Patch,

    /// <summary>Server-side apply: the managed fields are computed already.</summary>
    Apply,

    /// <summary>The server's own controllers.</summary>
    Controller,
}
