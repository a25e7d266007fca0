namespace Canary.ApiServer.Storage;

/// <summary>What a write did to the collection.</summary>
internal enum StoredChangeKind
{
    Added,
    Modified,
    Deleted,
}
