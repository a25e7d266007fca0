namespace Canary.ApiServer.Tests.Conformance;

/// <summary>The one version of the kind that the conformance tests define.</summary>
internal static class ProbeDefinition
{
    public const string Version =
        """
        {"name":"v1","served":true,"storage":true,
         "subresources":{"status":{},"scale":{"specReplicasPath":".spec.size","statusReplicasPath":".status.size"}},
         "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"}],
         "schema":{"openAPIV3Schema":{"type":"object","required":["spec"],"properties":{
          "spec":{"type":"object","required":["size"],"properties":{
           "size":{"type":"integer","minimum":0,"maximum":10},
           "mode":{"type":"string","enum":["slow","fast"],"default":"slow"},
           "note":{"type":"string"},
           "tags":{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"set"},
           "steps":{"type":"array","items":{"type":"object","properties":{"weight":{"type":"integer"}}}},
           "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
            "items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"port":{"type":"integer"}}}}}},
          "status":{"type":"object","properties":{"phase":{"type":"string"},"size":{"type":"integer"}}}}}}}
        """;
}
