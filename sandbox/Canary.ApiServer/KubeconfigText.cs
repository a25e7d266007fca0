using System;
using System.Text;

namespace Canary.ApiServer;

/// <summary>Writes the kubeconfig of the sandbox.</summary>
internal static class KubeconfigText
{
    public static string Format(Uri address, string? authorityPem, string? token)
    {
        var authority = authorityPem is null ? ""
            : $"\n    certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(authorityPem))}";
        var user = token is null ? " {}" : $"\n    token: \"{token}\"";
        return $"""
            apiVersion: v1
            kind: Config
            current-context: sandbox
            clusters:
            - name: sandbox
              cluster:
                server: {address.GetLeftPart(UriPartial.Authority)}{authority}
            contexts:
            - name: sandbox
              context:
                cluster: sandbox
                user: sandbox
            users:
            - name: sandbox
              user:{user}

            """;
    }
}
