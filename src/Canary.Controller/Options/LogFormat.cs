namespace Canary.Controller.Options;

/// <summary>How a log line looks.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
