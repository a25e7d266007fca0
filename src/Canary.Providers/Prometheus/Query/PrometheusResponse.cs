using System;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;

namespace Canary.Providers.Prometheus.Query;

/// <summary>The outcome of one call of Prometheus's HTTP API. Every outcome is a value; only cancellation throws.</summary>
public abstract record PrometheusResponse
{
    private PrometheusResponse() { }

    /// <summary>It answered: status 200 and <c>"status":"success"</c>.</summary>
    /// <param name="Result">What was asked for.</param>
    /// <param name="Warnings">Warnings and infos of the server, the first ten, one line each.</param>
    public sealed record Success(PrometheusResult Result, EquatableArray<string> Warnings) : PrometheusResponse;

    /// <summary>It says that it will not or cannot answer: <c>"status":"error"</c>.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="ErrorType">Such as <c>bad_data</c>, <c>execution</c> or <c>timeout</c>.</param>
    /// <param name="Message">The server's own words.</param>
    public sealed record Error(int Status, string ErrorType, string Message) : PrometheusResponse;

    /// <summary>
    /// Something answered otherwise than Prometheus does: a redirect, the page of a login, a proxy with nobody behind it.
    /// </summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="MediaType">Of the content; empty where it was not said.</param>
    /// <param name="Location">Where a redirect points; empty for none.</param>
    /// <param name="Reason">What is wrong with the content; empty: nothing is, but no answer has that status.</param>
    public sealed record Unexpected(int Status, string MediaType, string Location, string Reason) : PrometheusResponse;

    /// <summary>No connection was made.</summary>
    public sealed record Unreachable(string Reason) : PrometheusResponse;

    /// <summary>No connection was made, since the client may not ask this address.</summary>
    public sealed record Forbidden(string Reason) : PrometheusResponse;

    /// <summary>The connection broke, or the content ended before its end.</summary>
    public sealed record CutShort(string Reason) : PrometheusResponse;

    /// <summary>There was no answer in time.</summary>
    /// <param name="After">The time that there was.</param>
    public sealed record TimedOut(TimeSpan After) : PrometheusResponse;

    /// <summary>The answer is longer than is taken.</summary>
    /// <param name="Most">Bytes that are taken.</param>
    public sealed record TooLarge(long Most) : PrometheusResponse;

    /// <summary>A long answer, while as many bytes of others were being read as are taken at a time.</summary>
    /// <param name="Most">Bytes that are taken at a time.</param>
    public sealed record Crowded(long Most) : PrometheusResponse;

    /// <summary>The address was not asked: it answered none of the last calls, and is not asked again for a moment.</summary>
    /// <param name="LastOutage">What became of the last call that was made; null: it is not known.</param>
    public sealed record CircuitOpen(PrometheusResponse? LastOutage) : PrometheusResponse;

    /// <summary>The HTTP status; null: there was no answer.</summary>
    public int? HttpStatus => this switch
    {
        Success => 200,
        Error error => error.Status,
        Unexpected unexpected => unexpected.Status,
        _ => null,
    };

    /// <summary>
    /// Nobody home, or a proxy that says so: another try costs the server nothing. A query that ran out of its own time is not among them.
    /// </summary>
    public bool IsWorthARetry => this is Unreachable or Unexpected { Status: 502 or 503 or 504 };

    /// <summary>
    /// Asking again brings the same. A 404 is not among them, which a proxy says too while nobody stands behind it, and neither is an
    /// execution that failed since a store did not answer.
    /// </summary>
    public bool IsRefusal => this is Forbidden || HttpStatus is 400 or 401 or 403 or 413 or 414 or 415
        || (HttpStatus == 422 && !(this is Error error && error.Message.Contains("expanding series", StringComparison.Ordinal)));

    /// <summary>
    /// The server does not know a function of the query, or its syntax. Prometheus says so with 400; others name the unknown function, also
    /// with 422.
    /// </summary>
    public bool IsParseError => this is Error { Status: 400 or 422 } error
        && ((error is { Status: 400, ErrorType: "bad_data" } && error.Message.Contains("parse error", StringComparison.OrdinalIgnoreCase))
            || error.Message.Contains("unknown func", StringComparison.OrdinalIgnoreCase));

    /// <summary>The server, rather than this call, is in trouble.</summary>
    public bool IsOutage => IsWorthARetry || this is CutShort or TimedOut;

    /// <summary>The same without the values of Secrets, before anything is cut off from what a server repeats.</summary>
    internal PrometheusResponse Without(SecretRedaction secrets) => this switch
    {
        Error error => error with { ErrorType = secrets.Apply(error.ErrorType), Message = secrets.Apply(error.Message) },
        Unexpected other => other with
        {
            MediaType = secrets.Apply(other.MediaType),
            Location = secrets.Apply(other.Location),
            Reason = secrets.Apply(other.Reason),
        },
        Unreachable unreachable => new Unreachable(secrets.Apply(unreachable.Reason)),
        Forbidden forbidden => new Forbidden(secrets.Apply(forbidden.Reason)),
        CutShort cut => new CutShort(secrets.Apply(cut.Reason)),
        _ => this,
    };
}
