using System.Collections.Generic;

namespace Canary.Kubernetes.Api.Configuration;

/// <summary>A program that hands out credentials (client.authentication.k8s.io, v1 or v1beta1).</summary>
/// <param name="ApiVersion">Version that the kubeconfig asks for.</param>
/// <param name="Command">Program: a name on the PATH, or a path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">Variables added to its environment.</param>
/// <param name="InstallHint">What to tell a person who does not have the program.</param>
/// <param name="ProvidesCluster">Whether the program is told about the cluster.</param>
/// <param name="Origin">File and field path, for messages.</param>
public sealed record ExecPlugin(
    string ApiVersion,
    string Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string? InstallHint,
    bool ProvidesCluster,
    string Origin);
