using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Stores;

/// <summary>Secrets, read one at a time when they are needed: that takes no more right than <c>get</c>, and nothing of them stays in
/// memory.</summary>
public sealed class KubernetesSecrets(ApiClient client) : ISecrets
{
    /// <inheritdoc />
    public async Task<string?> ReadAsync(string @namespace, string name, string key, CancellationToken cancel)
    {
        var secret = await client.FindAsync(KnownKinds.Secrets, new ObjectName(@namespace, name), cancel);
        var text = Json.Text(secret, "data", key);
        if (text is null) return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
