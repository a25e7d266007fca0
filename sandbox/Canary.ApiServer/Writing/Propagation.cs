namespace Canary.ApiServer.Writing;

/// <summary>What becomes of the objects that a deleted one owns.</summary>
internal enum Propagation
{
    Background,
    Foreground,
    Orphan,
}
