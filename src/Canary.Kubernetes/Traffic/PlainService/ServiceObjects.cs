using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;

namespace Canary.Kubernetes.Traffic.PlainService;

/// <summary>Services as the server has them: the cache keeps a part of each, and does not know whether there are annotations.</summary>
internal sealed class ServiceObjects(ApiClient client, ResourceCache services) : IRoutedObjects
{
    /// <inheritdoc />
    public Task<JsonObject?> FindAsync(ObjectName name, CancellationToken cancel) => RefreshAsync(name, cancel);

    /// <inheritdoc />
    public Task<JsonObject?> RefreshAsync(ObjectName name, CancellationToken cancel) =>
        client.FindAsync(KnownKinds.Services, name, cancel);

    /// <inheritdoc />
    public void Note(JsonObject written) => services.Note((JsonObject)written.DeepClone());
}
