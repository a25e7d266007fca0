using System;

namespace Canary.Providers.Aws;

/// <summary>There is no identity to sign with; the message says what was looked for.</summary>
public sealed class AwsIdentityException(string message) : Exception(message);
