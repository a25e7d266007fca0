using System;
using System.Collections.Generic;
using System.IO;

namespace Canary.Kubernetes.Api.Configuration;

/// <summary>What Kubernetes gives to a pod: the address in the environment, the rest in a folder.</summary>
/// <remarks>
/// Not the library's <c>InClusterConfig()</c>: it sets <c>SslCaCerts</c>, with which the name of the server is not checked, its token fails
/// where the file is being replaced, and it looks in one fixed folder that no test can fill.
/// </remarks>
internal static class InClusterConfig
{
    public const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const string Host = "KUBERNETES_SERVICE_HOST";
    private const string Port = "KUBERNETES_SERVICE_PORT";

    public static bool IsPossible(IReadOnlyDictionary<string, string> environment) => environment.GetValueOrDefault(Host, "").Length > 0;

    /// <exception cref="KubeConfigException">This is not a pod, or its service account is not mounted.</exception>
    public static ApiServerConfiguration Load(IReadOnlyDictionary<string, string> environment, string folder)
    {
        if (!IsPossible(environment)) throw new KubeConfigException("in-cluster configuration", $"{Host} is not set: this is not a pod");

        var host = environment[Host];
        var port = environment.GetValueOrDefault(Port, "443");
        var server = new Uri($"https://{(host.Contains(':') ? $"[{host}]" : host)}:{port}");
        var token = Path.Combine(folder, "token");
        if (!File.Exists(token))
            throw new KubeConfigException("in-cluster configuration", $"{token} is not there: is automountServiceAccountToken off?");

        var ns = Optional(Path.Combine(folder, "namespace"))?.Trim();
        return new ApiServerConfiguration(server)
        {
            TokenFile = token,
            Namespace = string.IsNullOrEmpty(ns) ? "default" : ns,
            AuthorityPem = Optional(Path.Combine(folder, "ca.crt")),
            Origin = $"in-cluster configuration ({folder})",
        };
    }

    private static string? Optional(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
