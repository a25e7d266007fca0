using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Canary.ApiServer.Http;

/// <summary>
/// The messages that kubectl's generators send (create namespace, configmap, secret, deployment; auth can-i, whoami), as far as they set
/// them.
/// </summary>
internal static class ProtobufTypes
{
    // One line a message: field number, name, type. No type is text; {} maps text to text, {bytes} to bytes; [] repeats.
    private const string Text =
        """
        ObjectMeta: 1 name, 2 generateName, 3 namespace, 5 uid, 6 resourceVersion, 11 labels {}, 12 annotations {}, 13 ownerReferences [OwnerReference], 14 finalizers []
        OwnerReference: 1 kind, 3 name, 4 uid, 5 apiVersion, 6 controller bool, 7 blockOwnerDeletion bool
        Namespace: 1 metadata ObjectMeta
        ConfigMap: 1 metadata ObjectMeta, 2 data {}, 3 binaryData {bytes}, 4 immutable bool
        Secret: 1 metadata ObjectMeta, 2 data {bytes}, 3 type, 4 stringData {}, 5 immutable bool
        ServiceAccount: 1 metadata ObjectMeta, 4 automountServiceAccountToken bool
        SelfSubjectReview: 1 metadata ObjectMeta
        SelfSubjectAccessReview: 1 metadata ObjectMeta, 2 spec AccessSpec
        AccessSpec: 1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes PathAttributes
        ResourceAttributes: 1 namespace, 2 verb, 3 group, 4 version, 5 resource, 6 subresource, 7 name
        PathAttributes: 1 path, 2 verb
        SelfSubjectRulesReview: 1 metadata ObjectMeta, 2 spec RulesSpec
        RulesSpec: 1 namespace
        TokenRequest: 1 metadata ObjectMeta, 2 spec TokenRequestSpec
        TokenRequestSpec: 1 audiences [], 4 expirationSeconds int
        Deployment: 1 metadata ObjectMeta, 2 spec DeploymentSpec
        DeploymentSpec: 1 replicas int, 2 selector Selector, 3 template PodTemplate
        Selector: 1 matchLabels {}
        PodTemplate: 1 metadata ObjectMeta, 2 spec PodSpec
        PodSpec: 2 containers [Container], 3 restartPolicy
        Container: 1 name, 2 image, 3 command [], 4 args [], 6 ports [ContainerPort], 7 env [Variable], 14 imagePullPolicy
        ContainerPort: 1 name, 3 containerPort int, 4 protocol
        Variable: 1 name, 2 value
        """;

    private static readonly Dictionary<string, IReadOnlyDictionary<int, (string Name, string Type)>> Messages = Text
        .Split('\n')
        .Select(line => line.Split(": ", 2))
        .ToDictionary(parts => parts[0], parts => Fields(parts[1]), StringComparer.Ordinal);

    public static IReadOnlyDictionary<int, (string Name, string Type)>? Find(string message) => Messages.GetValueOrDefault(message);

    private static IReadOnlyDictionary<int, (string Name, string Type)> Fields(string text) =>
        text.Split(", ").Select(Field).ToDictionary(f => f.Number, f => (f.Name, f.Type));

    private static (int Number, string Name, string Type) Field(string text)
    {
        var words = text.Split(' ');
        return (int.Parse(words[0], CultureInfo.InvariantCulture), words[1], words.Length > 2 ? words[2].Trim() : "");
    }
}
