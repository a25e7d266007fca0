namespace Canary.Engine.Ports;

/// <summary>How a write of an object's status ended.</summary>
public abstract record SaveResult
{
    private SaveResult() { }

    /// <summary>Saved, or nothing was to be changed.</summary>
    public sealed record Saved(string ResourceVersion) : SaveResult;

    /// <summary>Somebody wrote since it was read: forget everything and read again, after a live look at the Lease.</summary>
    public sealed record Conflict : SaveResult;

    /// <summary>The object is gone.</summary>
    public sealed record Gone : SaveResult;

    /// <summary>Refused for another reason.</summary>
    public sealed record Refused(string Reason) : SaveResult;
}
