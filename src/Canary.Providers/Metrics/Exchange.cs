using System;
using Canary.Core.Analysis;

namespace Canary.Providers.Metrics;

/// <summary>What became of one request.</summary>
internal abstract record Exchange
{
    private Exchange() { }

    /// <param name="Status">HTTP status.</param>
    /// <param name="MediaType">Of the content; empty where it was not said.</param>
    /// <param name="Location">Where a redirect points; empty for none.</param>
    /// <param name="Reply">The body, read.</param>
    public sealed record Answered(int Status, string MediaType, string Location, PrometheusReply Reply) : Exchange;

    /// <summary>No connection was made.</summary>
    public sealed record Unreachable(string Reason) : Exchange;

    /// <summary>No connection was made, since the address is none that a template may name.</summary>
    public sealed record Refused(string Reason) : Exchange;

    /// <summary>The connection broke, or the body ended before its end.</summary>
    public sealed record CutShort(string Reason) : Exchange;

    public sealed record TimedOut : Exchange;

    public sealed record TooLarge : Exchange;

    /// <summary>A long answer, while as many bytes of others were being read as are taken at a time.</summary>
    /// <param name="Most">Bytes that are taken at a time.</param>
    public sealed record Crowded(long Most) : Exchange;

    /// <summary>The same without the values of Secrets, before anything is cut off from what a server repeats.</summary>
    public Exchange Without(SecretRedaction secrets) => this switch
    {
        Answered { Reply: PrometheusReply.Refusal refusal } answered => answered with
        {
            Location = secrets.Apply(answered.Location),
            MediaType = secrets.Apply(answered.MediaType),
            Reply = new PrometheusReply.Refusal(secrets.Apply(refusal.ErrorType), secrets.Apply(refusal.Error)),
        },
        Answered { Reply: PrometheusReply.Strange strange } answered => answered with
        {
            Location = secrets.Apply(answered.Location),
            MediaType = secrets.Apply(answered.MediaType),
            Reply = new PrometheusReply.Strange(secrets.Apply(strange.Reason)),
        },
        Unreachable unreachable => new Unreachable(secrets.Apply(unreachable.Reason)),
        Refused refused => new Refused(secrets.Apply(refused.Reason)),
        CutShort cut => new CutShort(secrets.Apply(cut.Reason)),
        _ => this,
    };

    /// <summary>Nobody home, or a proxy that says so: another try costs the server nothing. A query that ran out of its own time is not among them.</summary>
    public bool IsWorthARetry => this is Unreachable or Answered { Status: 502 or 503 or 504, Reply: not PrometheusReply.Refusal };

    /// <summary>
    /// Asking again brings the same. A 404 is not among them, which a proxy says too while nobody stands behind it, and neither is an execution that failed since a store did not answer.
    /// </summary>
    public bool IsRefusal => this is Refused or Answered { Status: 400 or 401 or 403 or 413 or 414 or 415 }
        || (this is Answered { Status: 422 } answered && !(answered.Reply is PrometheusReply.Refusal refusal && refusal.Error.Contains("expanding series", StringComparison.Ordinal)));

    /// <summary>The server, rather than this query, is in trouble.</summary>
    public bool IsOutage => IsWorthARetry || this is CutShort or TimedOut;
}
