using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace Canary.Kubernetes.Api.Configuration;

/// <summary>One field of a kubeconfig, which knows where it stands.</summary>
internal sealed class ConfigField(YamlNode? node, string file, string path)
{
    /// <summary>File and field path, for messages.</summary>
    public string Origin => path.Length == 0 ? file : $"{file}: {path}";

    /// <summary>Whether there is anything here.</summary>
    public bool IsSet =>
        node is not null
        && !(node is YamlScalarNode
        {
            Value: null or "" or "null" or "~", Style: YamlDotNet.Core.ScalarStyle.Plain
            or YamlDotNet.Core.ScalarStyle.Any
        });

    /// <summary>A member; not set where it is not there.</summary>
    public ConfigField Member(string name)
    {
        if (IsSet && node is not YamlMappingNode) throw Problem($"found {Shape()}, allowed is a mapping");
        var value = (node as YamlMappingNode)?.Children.FirstOrDefault(child => child.Key is YamlScalarNode key && key.Value == name).Value;
        return new ConfigField(value, file, path.Length == 0 ? name : $"{path}.{name}");
    }

    /// <summary>The items of a list; none where it is not there.</summary>
    public IReadOnlyList<ConfigField> Items()
    {
        if (!IsSet) return [];
        if (node is not YamlSequenceNode list) throw Problem($"found {Shape()}, allowed is a list");
        return [.. list.Children.Select((item, index) => new ConfigField(item, file, $"{path}[{index}]"))];
    }

    /// <summary>A text; null where it is not there or empty.</summary>
    public string? Text()
    {
        if (!IsSet) return null;
        if (node is not YamlScalarNode scalar) throw Problem($"found {Shape()}, allowed is a text");
        return string.IsNullOrEmpty(scalar.Value) ? null : scalar.Value;
    }

    /// <summary>A text that must be there.</summary>
    public string Required() => Text() ?? throw Problem("is missing or empty");

    /// <summary>True or false; false where it is not there.</summary>
    public bool Flag() => Text() switch
    {
        null or "false" => false,
        "true" => true,
        { } other => throw Problem($"found {other}, allowed is true or false"),
    };

    /// <summary>The text of the file that is named here, seen from the folder of the kubeconfig; null where none is named.</summary>
    public string? FileText()
    {
        if (FilePath() is not { } named) return null;
        try
        {
            return File.ReadAllText(named);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException(Origin, $"{named} cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>The path that is named here, seen from the folder of the kubeconfig; null where none is named.</summary>
    public string? FilePath()
    {
        if (Text() is not { } named) return null;
        if (named.Contains('\0')) throw Problem("found a zero character, allowed is the path of a file");
        return Path.GetFullPath(named, Path.GetDirectoryName(Path.GetFullPath(file))!);
    }

    /// <summary>The text that stands here in base64; null where there is none.</summary>
    public string? Decoded()
    {
        if (Text() is not { } encoded) return null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
        }
        catch (FormatException problem)
        {
            throw new KubeConfigException(Origin, $"found {encoded.Length} characters that are not base64", problem);
        }
    }

    public KubeConfigException Problem(string problem) => new(Origin, problem);

    private string Shape() => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        YamlScalarNode => "a text",
        _ => "nothing",
    };
}
