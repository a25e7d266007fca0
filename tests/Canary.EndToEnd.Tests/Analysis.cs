namespace Canary.EndToEnd.Tests;

/// <summary>Background analysis that looks every second: the sandbox's own template.</summary>
internal static class Analysis
{
    public const string Background = """{"templates":[{"templateName":"errors-and-latency"}],"startingStep":0}""";
}
