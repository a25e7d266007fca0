using System;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>A question about what somebody may do, as far as it is put together.</summary>
/// <param name="User">Who is asked about: that of the request, or a service account.</param>
/// <param name="Decide">Answers a question.</param>
internal sealed record AuthorizerValue(object User, Func<AuthorizerValue, string, DecisionValue> Decide)
{
    public AuthorizerStage Stage { get; init; }

    public string Path { get; init; } = "";

    public string Group { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Of the first stage: asks about a service account instead.</summary>
    public Func<string, string, object>? ServiceAccount { get; init; }
}
