using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text;
using Canary.Core.Analysis.Secrets;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>The secrets in an Authorization header, so that no message repeats them.</summary>
internal static class AuthorizationSecrets
{
    /// <summary>Takes those of a request out of texts.</summary>
    public static SecretRedaction Redaction(HttpRequestMessage? request) =>
        new(Read(request?.Headers.NonValidated.TryGetValues("Authorization", out var values) == true ? values.ToString() : null));

    private static IEnumerable<string> Read(string? authorization)
    {
        if (authorization is null) yield break;
        var credentials = authorization[(authorization.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        yield return credentials;
        var bytes = new byte[credentials.Length];
        if (!authorization.StartsWith("Basic ", StringComparison.Ordinal)
            || !Convert.TryFromBase64String(credentials, bytes, out var length)) yield break;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        yield return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
