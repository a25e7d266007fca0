using System;

namespace Canary.Kubernetes.Api;

/// <summary>Which API server, and how it is trusted and spoken to.</summary>
/// <param name="Server">Its address; a path in it is kept. Plain http is for loopback only.</param>
/// <param name="User">Who we are.</param>
/// <param name="Namespace">Namespace where none is named. Default <c>default</c>.</param>
/// <param name="AuthorityPem">Certificates to trust. Null: those of the system.</param>
/// <param name="IsInsecure">Whether the server's certificate is not checked at all.</param>
/// <param name="TlsServerName">Name that the certificate must have, where it is not that of the address.</param>
/// <param name="Proxy">Proxy to go through. Null: what the environment says, none for loopback.</param>
/// <param name="Origin">Where this comes from, for messages.</param>
public sealed record ApiServerConfig(
    Uri Server,
    ApiUser User,
    string Namespace = "default",
    string? AuthorityPem = null,
    bool IsInsecure = false,
    string? TlsServerName = null,
    Uri? Proxy = null,
    string Origin = "")
{
    /// <summary>A server on this machine, without TLS.</summary>
    public static ApiServerConfig Plain(Uri server) => new(server, ApiUser.Anonymous);

    /// <summary>Refuses what would send credentials in the clear.</summary>
    /// <exception cref="KubeConfigException">The address is not https, nor http on loopback.</exception>
    public void Check()
    {
        if (!Server.IsAbsoluteUri || Server.Scheme is not ("http" or "https"))
            throw new KubeConfigException(Origin, $"found {Server.OriginalString}, allowed is an address such as https://host:6443");
        if (Server.Host.Length == 0) throw new KubeConfigException(Origin, $"found {Server.OriginalString}, which names no host; allowed is an address such as https://host:6443");
        if (TlsServerName is not null && Uri.CheckHostName(TlsServerName) == UriHostNameType.Unknown)
            throw new KubeConfigException(Origin, $"found the tls-server-name \"{TlsServerName}\", allowed is the name of a host");
        if (Server.Scheme == "http" && !Server.IsLoopback)
            throw new KubeConfigException(Origin, $"found {Server.OriginalString}, plain http is allowed on loopback only (127.0.0.1, ::1, localhost): use https");
        if (Server.Query.Length > 0 || Server.Fragment.Length > 0 || Server.UserInfo.Length > 0)
            throw new KubeConfigException(Origin, "an address with a query, a fragment or a user name is not allowed");
    }
}
