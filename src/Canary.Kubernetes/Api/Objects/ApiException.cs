using System;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>A request to the API server was not carried out, or nobody knows whether it was.</summary>
public sealed class ApiException : Exception
{
    public ApiException(ApiStatus status, string request, TimeSpan? retryAfter, Exception? cause)
        : base($"{request}: {status.Message}", cause)
    {
        Status = status;
        RetryAfter = retryAfter;
    }

    /// <summary>What the server said; code 0 when there was no complete answer.</summary>
    public ApiStatus Status { get; }

    /// <summary>How long the server asks to wait, where it does.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>404: the object, the namespace or the whole kind is not there.</summary>
    public bool IsNotFound => Status.Code == 404;

    /// <summary>409 because the object has changed since it was read, or another manager owns the field.</summary>
    public bool IsConflict => Status.Code == 409 && !IsAlreadyExists;

    /// <summary>409 on create: the name is taken.</summary>
    public bool IsAlreadyExists => Status.Code == 409 && Status.Reason == "AlreadyExists";

    /// <summary>422: the document breaks the schema, or a <c>test</c> of a JSON Patch failed.</summary>
    public bool IsInvalid => Status.Code == 422;

    /// <summary>410: the version or the continue token is too old.</summary>
    public bool IsGone => Status.Code == 410 || Status.Reason is "Expired" or "Gone";

    /// <summary>401: the credentials are not accepted.</summary>
    public bool IsUnauthorized => Status.Code == 401;

    /// <summary>403: the user may not do this.</summary>
    public bool IsForbidden => Status.Code == 403;

    /// <summary>There was no complete answer: refused, lost, timed out. A write may or may not have been carried out.</summary>
    public bool IsUnanswered => Status.Code == 0;
}
