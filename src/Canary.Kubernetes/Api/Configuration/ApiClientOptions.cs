using System;

namespace Canary.Kubernetes.Api.Configuration;

/// <summary>How patient the client is.</summary>
/// <param name="AttemptTimeout">Longest time for one attempt of anything but a watch; a third of it for the connection. Default 30
/// s.</param>
/// <param name="MaxRetries">Attempts after the first. Default 4.</param>
/// <param name="FirstDelay">Middle of the jittered delay before the second attempt; doubles after that. Default 200 ms.</param>
/// <param name="MaxDelay">Longest delay of our own. Default 10 s.</param>
/// <param name="MaxRetryAfter">Longest <c>Retry-After</c> that is waited for; a longer one is told to the caller. Default 60 s.</param>
/// <param name="Warned">Gets each warning that the server sends along with an answer, such as a deprecation.</param>
/// <param name="ServerTimeHeard">Gets the server's clock of each answer, in whole seconds, and how long the answer took.</param>
public sealed record ApiClientOptions(
    TimeSpan AttemptTimeout,
    int MaxRetries,
    TimeSpan FirstDelay,
    TimeSpan MaxDelay,
    TimeSpan MaxRetryAfter,
    Action<string>? Warned = null,
    Action<DateTimeOffset, TimeSpan>? ServerTimeHeard = null)
{
    public static ApiClientOptions Default { get; } = new(
        TimeSpan.FromSeconds(30), 4, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));

    /// <summary>For a command that a person waits for: says at once what is wrong.</summary>
    public static ApiClientOptions OneAttempt { get; } = Default with { MaxRetries = 0 };
}
