using System;
using System.Security.Cryptography.X509Certificates;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>What a program handed out.</summary>
internal sealed record ExecCredential(string? Authorization, X509Certificate2? Certificate, DateTimeOffset? Expires);
