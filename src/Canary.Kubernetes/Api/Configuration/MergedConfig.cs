using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Canary.Kubernetes.Api.Configuration;

/// <summary>Several kubeconfigs as one: what an earlier file says counts.</summary>
/// <remarks>
/// The library reads kubeconfigs too. It splits the arguments of an exec plugin at spaces, runs the plugin while it reads, refuses a user
/// without credentials and <c>tokenFile</c>, ignores <c>proxy-url</c>, and says neither file nor field where something is wrong; and its
/// reader, which works by reflection, fails in the trimmed command. So this reads them, and fills the library's configuration.
/// </remarks>
internal sealed class MergedConfig(IReadOnlyList<ConfigField> files)
{
    /// <summary>The server of a context; of the current one when none is named.</summary>
    /// <exception cref="KubeConfigException">Something is missing or wrong.</exception>
    public ApiServerConfiguration Choose(string? context)
    {
        var current = files.Select(file => file.Member("current-context")).FirstOrDefault(field => field.IsSet);
        var wanted = context ?? current?.Text() ?? throw files[0].Member("current-context").Problem(
            $"is missing or empty, and no context is asked for; there are: {Names("contexts")}");

        var chosen = Find("contexts", wanted, context is null ? current!.Origin : "context").Member("context");
        var clusterName = chosen.Member("cluster");
        var cluster = Find("clusters", clusterName.Required(), clusterName.Origin).Member("cluster");
        var userName = chosen.Member("user");
        var user = userName.Text() is { } name ? Find("users", name, userName.Origin).Member("user") : null;
        var config = ReadCluster(cluster, user?.Member("exec") is { IsSet: true } exec ? ReadExec(exec)
            : null, user?.Member("tokenFile").FilePath());
        config.Namespace = chosen.Member("namespace").Text() ?? "default";
        if (user is not null) ReadUser(user, config);
        config.Check();
        return config;
    }

    private ConfigField Find(string list, string name, string origin)
    {
        var entry = files.SelectMany(file => file.Member(list).Items()).FirstOrDefault(item => item.Member("name").Text() == name);
        return entry ?? throw new KubeConfigException(origin, $"found {name}, but {list} has {Names(list)}");
    }

    private string Names(string list)
    {
        var names = files.SelectMany(file => file.Member(list).Items()).Select(item => item.Member("name").Text()).OfType<string>()
            .Distinct().ToList();
        return names.Count == 0 ? "no entry" : string.Join(", ", names);
    }

    private static ApiServerConfiguration ReadCluster(ConfigField cluster, ExecPlugin? exec, string? tokenFile)
    {
        var server = cluster.Member("server");
        if (!Uri.TryCreate(server.Required(), UriKind.Absolute, out var address))
            throw server.Problem($"found {server.Text()}, allowed is an address such as https://host:6443");

        var isInsecure = cluster.Member("insecure-skip-tls-verify").Flag();
        var authority = cluster.Member("certificate-authority-data").Decoded() ?? cluster.Member("certificate-authority").FileText();
        if (isInsecure && authority is not null)
            throw cluster.Member("insecure-skip-tls-verify")
                .Problem("found true together with a certificate authority, allowed is one of the two");
        if (authority is not null && !authority.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
            throw cluster.Member("certificate-authority").Problem("the certificate authority holds no certificate in PEM form");

        return new ApiServerConfiguration(address)
        {
            AuthorityPem = authority,
            SkipTlsVerify = isInsecure,
            TlsServerName = cluster.Member("tls-server-name").Text(),
            Proxy = ReadProxy(cluster.Member("proxy-url")),
            Exec = exec,
            TokenFile = tokenFile,
            Origin = server.Origin,
        };
    }

    private static Uri? ReadProxy(ConfigField proxy)
    {
        if (proxy.Text() is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "socks5"
            ? address
            : throw proxy.Problem($"found {text}, allowed is an address with http, https or socks5");
    }

    private static void ReadUser(ConfigField user, ApiServerConfiguration config)
    {
        if (user.Member("auth-provider") is { IsSet: true } legacy)
            throw legacy.Problem(
                "auth-provider was removed from Kubernetes; allowed are token, tokenFile, client certificates, username and exec");

        var certificate = user.Member("client-certificate-data").Decoded() ?? user.Member("client-certificate").FileText();
        var key = user.Member("client-key-data").Decoded() ?? user.Member("client-key").FileText();
        if (certificate is not null && key is null)
            throw user.Member("client-key").Problem("is missing or empty, but there is a client certificate");
        if (certificate is null && key is not null)
            throw user.Member("client-certificate").Problem("is missing or empty, but there is a client key");

        config.AccessToken = user.Member("token").Text();
        config.Username = user.Member("username").Text();
        config.Password = user.Member("password").Text();
        (config.ClientCertificateData, config.ClientCertificateKeyData) = (Encoded(certificate), Encoded(key));
    }

    // The library takes both in base64, whatever they came in.
    private static string? Encoded(string? pem) => pem is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));

    private static ExecPlugin ReadExec(ConfigField exec)
    {
        var version = exec.Member("apiVersion");
        if (version.Required() is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            throw version.Problem(
                $"found {version.Text()}, allowed is client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1");

        var command = exec.Member("command");
        var program = command.Required();
        return new ExecPlugin(
            version.Required(),
            program.Contains(Path.DirectorySeparatorChar) ? command.FilePath()! : program,
            [.. exec.Member("args").Items().Select(item => item.Text() ?? "")],
            exec.Member("env").Items().GroupBy(item => item.Member("name").Required())
            .ToDictionary(same => same.Key, same => same.Last().Member("value").Text() ?? ""),
            exec.Member("installHint").Text(),
            exec.Member("provideClusterInfo").Flag(),
            exec.Origin);
    }
}
