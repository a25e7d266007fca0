namespace Canary.Sandbox.Load;

/// <summary>Answers of one version, and the failed among them: status 500 and above.</summary>
internal sealed record VersionTally(long Answered, long Failed);
