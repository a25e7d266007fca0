using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Caching;

/// <summary>What a router needs of the controller's caches.</summary>
internal interface IRouterCaches
{
    /// <summary>The objects of a kind of which only those are kept that a Rollout names.</summary>
    ReferencedObjects Referenced(ResourceKind kind);

    /// <summary>The Services: selectors, and what Canary wrote on them.</summary>
    ResourceCache Services { get; }

    /// <summary>The EndpointSlices of a Service.</summary>
    IReadOnlyList<JsonObject> SlicesOf(ObjectName service);

    /// <summary>Writes of ours that have no answer yet.</summary>
    EchoFilter Writes { get; }

    /// <summary>The living Rollout of this uid that names the object; null: nobody's, or that of one that is gone or names it no
    /// more.</summary>
    RolloutName? OwnerOf(string uid, ResourceKind kind, ObjectName name);
}
