namespace Canary.Kubernetes.Api;

/// <summary>Who we are to an API server. A certificate and one of the others may go together; a token wins over a password.</summary>
/// <param name="Token">Bearer token.</param>
/// <param name="TokenFile">File with a bearer token, read again at most each minute; wins over <paramref name="Token"/>.</param>
/// <param name="Username">Name for basic authentication.</param>
/// <param name="Password">Password for basic authentication.</param>
/// <param name="CertificatePem">Client certificate.</param>
/// <param name="KeyPem">Its private key.</param>
/// <param name="Exec">Program that hands out credentials.</param>
public sealed record ApiUser(
    string? Token = null,
    string? TokenFile = null,
    string? Username = null,
    string? Password = null,
    string? CertificatePem = null,
    string? KeyPem = null,
    ExecPlugin? Exec = null)
{
    public static ApiUser Anonymous { get; } = new();

    /// <summary>Names the kinds of credentials, never their values: records end up in logs.</summary>
    public override string ToString()
    {
        var kind = Exec is not null ? "exec plugin" : TokenFile is not null ? "token file" : Token is not null ? "token"
            : Username is not null ? "basic" : CertificatePem is not null ? "client certificate" : "anonymous";
        return $"ApiUser {{ {kind} }}";
    }
}
