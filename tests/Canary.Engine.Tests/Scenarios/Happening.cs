namespace Canary.Engine.Tests.Scenarios;

/// <summary>What happens around a release of one workload.</summary>
internal enum Happening
{
    /// <summary>A new template, which may be that of an earlier version.</summary>
    Push,

    /// <summary>The newest template's pods never become ready, or become ready again.</summary>
    Break,

    /// <summary>Some of the newest template's pods never become ready, or all become ready again.</summary>
    Stick,

    /// <summary>The error rate that the analysis sees is another one.</summary>
    Errors,

    /// <summary>A person, a tool or an autoscaler scales one of the sides.</summary>
    Scale,

    /// <summary>A person asks for something.</summary>
    Request,

    /// <summary>No route can be written, or they can be again.</summary>
    RefuseRoutes,

    /// <summary>A tool applies the Service that clients call as it was.</summary>
    ClientService,

    /// <summary>The process dies at one of its next writes, before or after it arrives, and another one leads.</summary>
    Kill,

    /// <summary>Time goes by.</summary>
    Time,
}
