using System;
using System.Net.Http;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using k8s;
using k8s.Authentication;

namespace Canary.Kubernetes.Api.Configuration;

/// <summary>Which API server, how it is trusted, and who we are to it: what the library's configuration holds, and what it has no place
/// for.</summary>
/// <remarks>
/// <see cref="KubernetesClientConfiguration.SslCaCerts"/> stays null: where it is set, the library accepts any certificate of that
/// authority under any name. The authority is in <see cref="AuthorityPem"/> instead, which our own check reads.
/// </remarks>
public sealed class ApiServerConfiguration : KubernetesClientConfiguration
{
    /// <param name="server">Address; a path in it is kept. Plain http is for loopback only.</param>
    public ApiServerConfiguration(Uri server)
    {
        Server = server;
        Host = server.OriginalString;
        Namespace = "default";
        // An attempt has a limit of its own, and all of them together have that of the caller.
        HttpClientTimeout = Timeout.InfiniteTimeSpan;
    }

    /// <summary>Address of the server.</summary>
    public Uri Server { get; }

    /// <summary>Certificates to trust, in PEM form. Null: those of the system.</summary>
    public string? AuthorityPem { get; init; }

    /// <summary>Proxy to go through. Null: what the environment says, none for loopback.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>File with a bearer token, read again at most each minute; wins over all other credentials.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Program that hands out credentials; asked where there is neither a token nor a user name.</summary>
    public ExecPlugin? Exec { get; init; }

    /// <summary>File and field path that this comes from, for messages.</summary>
    public string Origin { get; init; } = "";

    /// <summary>Refuses what would send credentials in the clear, or to a server that nobody checks.</summary>
    /// <exception cref="KubeConfigException">The configuration cannot work.</exception>
    public void Check()
    {
        if (!Server.IsAbsoluteUri || Server.Scheme is not ("http" or "https"))
            throw new KubeConfigException(Origin, $"found {Server.OriginalString}, allowed is an address such as https://host:6443");
        if (Server.Host.Length == 0)
            throw new KubeConfigException(Origin,
                $"found {Server.OriginalString}, which names no host; allowed is an address such as https://host:6443");
        if (TlsServerName is not null && Uri.CheckHostName(TlsServerName) == UriHostNameType.Unknown)
            throw new KubeConfigException(Origin, $"found the tls-server-name \"{TlsServerName}\", allowed is the name of a host");
        if (Server.Scheme == "http" && !Server.IsLoopback)
        {
            throw new KubeConfigException(
                Origin, $"found {Server.OriginalString}, plain http is allowed on loopback only (127.0.0.1, ::1, localhost): use https");
        }

        if (Server.Query.Length > 0 || Server.Fragment.Length > 0 || Server.UserInfo.Length > 0)
            throw new KubeConfigException(Origin, "an address with a query, a fragment or a user name is not allowed");
        if (AccessToken?.AsSpan().ContainsAny('\r', '\n') == true)
            throw new KubeConfigException(Origin, "a token with a line break is not allowed");
        if (SslCaCerts is not null)
            throw new InvalidOperationException(
                "the authority belongs in AuthorityPem: with SslCaCerts the name of the server is not checked");
        Certificate()?.Dispose();
    }

    /// <summary>The client certificate that stands in the configuration; null where there is none.</summary>
    /// <exception cref="KubeConfigException">It and its key are no pair.</exception>
    internal X509Certificate2? Certificate() => ClientCertificateData is null
        ? null
        : Pair(Decoded(ClientCertificateData), ClientCertificateKeyData is null ? null : Decoded(ClientCertificateKeyData), Origin);

    /// <exception cref="KubeConfigException">They are no pair.</exception>
    internal static X509Certificate2 Pair(string certificatePem, string? keyPem, string origin)
    {
        try
        {
            return X509Certificate2.CreateFromPem(
                certificatePem, keyPem ?? throw new KubeConfigException(origin, "a client certificate without its key"));
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            throw new KubeConfigException(origin, $"client certificate and key do not form a pair in PEM form: {problem.Message}", problem);
        }
    }

    /// <summary>A copy for one connection, with its credentials and its sockets.</summary>
    internal KubernetesClientConfiguration For(ITokenProvider? tokens, Action<SocketsHttpHandler> sockets)
    {
        var copy = (ApiServerConfiguration)MemberwiseClone();
        copy.TokenProvider = tokens;
        copy.FirstMessageHandlerSetup = sockets;
        return copy;
    }

    /// <summary>Names the kinds of credentials, never their values: configurations end up in logs.</summary>
    public override string ToString()
    {
        var kind = TokenFile is not null ? "token file" : AccessToken is not null ? "token" : Username is not null ? "basic"
            : Exec is not null ? "exec plugin" : ClientCertificateData is not null ? "client certificate" : "anonymous";
        return $"{Server} ({kind})";
    }

    private static string Decoded(string data) => Encoding.UTF8.GetString(Convert.FromBase64String(data));
}
