namespace Canary.Kubernetes.Api.Objects;

/// <summary>How a write is made.</summary>
/// <param name="FieldManager">Name under which the server records who owns the fields.</param>
/// <param name="DryRun">Whether the server only says what would be.</param>
/// <param name="FieldValidation"><c>Strict</c>, <c>Warn</c> or <c>Ignore</c>; null leaves it to the server (Warn).</param>
/// <param name="IsRepeatable">
/// Whether this very write may be sent again although the first attempt may have been carried out (connection lost, time-out, 5xx).
/// True is right for a PUT with a resourceVersion and for a JSON Patch with <c>test</c>, if the caller takes the conflict or the failed
/// test of the second attempt as "look again"; and for a server-side apply. False, the default: such a failure is told to the caller at
/// once. Whatever is said here, a write is sent again after 429 with Retry-After and after a refused connection: nothing was done.
/// </param>
public sealed record WriteOptions(string FieldManager, bool DryRun = false, string? FieldValidation = null, bool IsRepeatable = false);
