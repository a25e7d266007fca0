namespace Canary.ApiServer.Documents.Schemas;

/// <summary>How a list is merged and owned.</summary>
internal enum ListKind
{
    /// <summary>As one value.</summary>
    Atomic,

    /// <summary>By its scalar elements.</summary>
    Set,

    /// <summary>By the keys of its elements.</summary>
    Map,
}
