using System;
using System.IO;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Canary.Kubernetes.Api.Configuration;

/// <summary>One kubeconfig file, as YAML (or JSON, which is YAML).</summary>
internal static class KubeConfigFile
{
    /// <exception cref="KubeConfigException">The file cannot be read, or is not YAML.</exception>
    public static ConfigField Read(string path)
    {
        try
        {
            var yaml = YamlBounds.Load(File.ReadAllText(path));
            if (yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode root) return new ConfigField(root, path, "");
            if (yaml.Documents.Count == 0) return new ConfigField(null, path, "");
            throw new KubeConfigException(path, "is not a kubeconfig: allowed is a mapping with clusters, users and contexts");
        }
        catch (YamlException problem)
        {
            throw new KubeConfigException(path, $"line {problem.Start.Line}, column {problem.Start.Column}: {problem.Message}", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new KubeConfigException(path, $"cannot be read: {problem.Message}", problem);
        }
    }
}
