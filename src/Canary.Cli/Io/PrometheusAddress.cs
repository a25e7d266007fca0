using System;

namespace Canary.Cli.Io;

/// <summary>The address that <c>--prometheus</c> gives.</summary>
internal static class PrometheusAddress
{
    /// <summary>What is wrong with it; null: nothing.</summary>
    /// <param name="text">As it was given; null: it was not.</param>
    public static string? FindProblem(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https") ? null
        : $"--prometheus: found '{text}', an http or https address is needed";
}
