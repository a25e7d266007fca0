namespace Canary.Cli.Watching;

/// <summary>What one look at a Rollout says to somebody who waits.</summary>
internal abstract record WaitAnswer
{
    private WaitAnswer()
    {
    }

    /// <summary>It is so.</summary>
    public sealed record Reached : WaitAnswer;

    /// <summary>It will not come: the rollout ended in another way.</summary>
    public sealed record Failed(string Reason) : WaitAnswer;

    /// <summary>Not yet.</summary>
    public sealed record Waiting(string Reason) : WaitAnswer;
}
