using System;

namespace Canary.Providers.Metrics;

/// <summary>A credential is missing or unusable; becomes the reason of a faulted measurement.</summary>
internal sealed class CredentialException(string message) : Exception(message);
