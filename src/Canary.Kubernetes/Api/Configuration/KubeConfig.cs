using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Canary.Kubernetes.Api.Configuration;

/// <summary>Finds out which API server to speak to, as kubectl does.</summary>
public static class KubeConfig
{
    /// <summary>As the overload with an environment, with that of this process.</summary>
    public static ApiServerConfiguration Load(string? path, string? context) => Load(path, context, Environment());

    /// <summary>
    /// From <paramref name="path"/>; else from the files of <c>KUBECONFIG</c>; else from <c>~/.kube/config</c>; else, in a pod, from the
    /// pod's own service account.
    /// </summary>
    /// <exception cref="KubeConfigException">Something is missing or wrong; the message says the file and the field path.</exception>
    public static ApiServerConfiguration Load(string? path, string? context, IReadOnlyDictionary<string, string> environment)
    {
        var files = Files(path, environment);
        if (files.Count > 0) return new MergedConfig([.. files.Select(KubeConfigFile.Read)]).Choose(context);
        if (context is null && InClusterConfig.IsPossible(environment)) return InClusterConfig.Load(environment, InClusterConfig.Folder);
        throw new KubeConfigException("", context is null
            ? "no API server is configured: found no --kubeconfig, no KUBECONFIG, no ~/.kube/config, and this is not a pod"
            : $"context {context} is asked for, but there is no kubeconfig: found no --kubeconfig, no KUBECONFIG and no ~/.kube/config");
    }

    private static List<string> Files(string? path, IReadOnlyDictionary<string, string> environment)
    {
        if (path is not null) return [path];

        var listed = environment.GetValueOrDefault("KUBECONFIG", "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (listed.Length > 0)
        {
            // Files of a list may be missing, as kubectl has it, but not all of them: silence would lead to another server.
            var existing = listed.Where(File.Exists).ToList();
            return existing.Count > 0 ? existing
                : throw new KubeConfigException("KUBECONFIG", $"none of these files is there: {string.Join(", ", listed)}");
        }

        var own = environment.TryGetValue("HOME", out var home) ? Path.Combine(home, ".kube", "config") : null;
        return own is not null && File.Exists(own) ? [own] : [];
    }

    private static Dictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
}
