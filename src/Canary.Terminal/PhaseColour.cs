namespace Canary.Terminal;

/// <summary>The colour of a word that says how something stands.</summary>
public static class PhaseColour
{
    /// <summary>Of a phase of a Rollout or a run, or of an outcome.</summary>
    public static string Find(string phase) => phase switch
    {
        "Healthy" or "Successful" or "Promoted" => "green",
        "RollingBack" or "RolledBack" or "Degraded" or "Failed" or "Error" => "red",
        "Stopped" or "Pending" or "Superseded" or "Withdrawn" => "grey",
        _ => "yellow",
    };
}
