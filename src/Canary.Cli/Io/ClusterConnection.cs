using Canary.Kubernetes.Api;

namespace Canary.Cli.Io;

/// <summary>An API server and the namespace that is spoken of.</summary>
internal sealed record ClusterConnection(ApiClient Client, string Namespace);
