using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using Amazon.Runtime.Internal.Auth;

namespace Canary.Providers.Aws;

/// <summary>Signs requests by signature version 4. The request is put into its canonical form here; the AWS SDK signs it.</summary>
/// <remarks>
/// Source: "Create a signed AWS API request", AWS Identity and Access Management User Guide. Checked against the published test suite.
/// </remarks>
internal static class AwsSignature
{
    /// <summary>Amazon Managed Service for Prometheus.</summary>
    public const string Prometheus = "aps";

    /// <summary>Puts the time, the session and the signature on the request.</summary>
    /// <param name="request">The request, with all that it will carry.</param>
    /// <param name="body">Its content; empty for none.</param>
    /// <param name="identity">Who signs.</param>
    /// <param name="service">Which service it is for.</param>
    /// <param name="at">When.</param>
    /// <returns>The signature, which is worth as much as a password for some minutes.</returns>
    public static string Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, AwsIdentity identity, string service, DateTimeOffset at)
    {
        var address = request.RequestUri!;
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}",
            ["x-amz-date"] = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
        };
        if (identity.SessionToken is { } token) signed["x-amz-security-token"] = token;
        if (request.Content?.Headers.ContentType is { } type) signed["content-type"] = type.ToString();
        var names = string.Join(';', signed.Keys);
        var canonical = string.Join('\n', [
            request.Method.Method,
            Path(address),
            Query(address),
            .. signed.Select(header => $"{header.Key}:{header.Value}"),
            "",
            names,
            Convert.ToHexStringLower(SHA256.HashData(body)),
        ]);
        var result = AWS4Signer.ComputeSignature(
            identity.AccessKey, identity.SecretKey, identity.Region, at.UtcDateTime, service, names, canonical);
        foreach (var header in signed.Where(header => header.Key.StartsWith("x-amz-", StringComparison.Ordinal)))
            request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        request.Headers.TryAddWithoutValidation("Authorization", result.ForAuthorizationHeader);
        return result.Signature;
    }

    // All services but S3 encode what stands in the address once more.
    private static string Path(Uri address) => string.Join('/', address.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string Query(Uri address) => string.Join('&', address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(parameter => parameter.Split('=', 2))
        .Select(parameter => (Name: Encoded(parameter[0]), Value: parameter.Length > 1 ? Encoded(parameter[1]) : ""))
        .OrderBy(parameter => parameter.Name, StringComparer.Ordinal).ThenBy(parameter => parameter.Value, StringComparer.Ordinal)
        .Select(parameter => $"{parameter.Name}={parameter.Value}"));

    private static string Encoded(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));
}
