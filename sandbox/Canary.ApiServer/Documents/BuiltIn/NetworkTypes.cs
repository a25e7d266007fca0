namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Services, their endpoints, and network policies.</summary>
internal static class NetworkTypes
{
    public const string Text = """
        package io.k8s.api.core.v1
        Service  # A stable name and address for a set of pods.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec ServiceSpec ={}
          status ServiceStatus ={}
        ServiceSpec
          ports [ServicePort] map(port,protocol) key(port)  # Ports of the service and where they lead.
          selector {string} atomic  # Labels of the pods that serve.
          clusterIP string  # Address inside the cluster, None for a headless service. It cannot be changed.
          clusterIPs [string] atomic
          type string ="ClusterIP"  # ClusterIP, NodePort, LoadBalancer or ExternalName.
          externalIPs [string] atomic
          sessionAffinity string ="None"
          loadBalancerIP string
          loadBalancerSourceRanges [string] atomic
          externalName string
          externalTrafficPolicy string
          healthCheckNodePort int32
          publishNotReadyAddresses bool
          sessionAffinityConfig any
          ipFamilies [string] atomic
          ipFamilyPolicy string
          allocateLoadBalancerNodePorts bool
          loadBalancerClass string
          internalTrafficPolicy string
          trafficDistribution string
        ServicePort
          name string
          protocol string ="TCP"
          appProtocol string
          port int32 !
          targetPort intstr
          nodePort int32
        ServiceStatus
          loadBalancer LoadBalancerStatus ={}
          conditions [Condition] map(type) key(type)
        LoadBalancerStatus
          ingress [any] atomic
        Endpoints  # Addresses that serve a service, the old form.
          apiVersion string
          kind string
          metadata ObjectMeta
          subsets [EndpointSubset] atomic
        EndpointSubset
          addresses [EndpointAddress] atomic
          notReadyAddresses [EndpointAddress] atomic
          ports [EndpointsPort] atomic
        EndpointAddress atomic
          ip string !
          hostname string
          nodeName string
          targetRef ObjectReference
        EndpointsPort atomic
          name string
          port int32 !
          protocol string ="TCP"
          appProtocol string
        package io.k8s.api.discovery.v1
        EndpointSlice  # Some of the addresses that serve a service.
          apiVersion string
          kind string
          metadata ObjectMeta
          addressType string !  # IPv4, IPv6 or FQDN. It cannot be changed.
          endpoints [Endpoint] ! atomic null =null
          ports [EndpointPort] atomic null =null
        Endpoint
          addresses [string] ! set
          conditions EndpointConditions ={}
          hostname string
          targetRef ObjectReference
          deprecatedTopology {string}
          nodeName string
          zone string
          hints EndpointHints
        EndpointConditions
          ready bool
          serving bool
          terminating bool
        EndpointHints
          forZones [any] atomic
          forNodes [any] atomic
        EndpointPort atomic
          name string =""
          protocol string ="TCP"
          port int32
          appProtocol string
        package io.k8s.api.networking.v1
        NetworkPolicy  # What traffic pods accept and send.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec NetworkPolicySpec
        NetworkPolicySpec
          podSelector LabelSelector !
          ingress [NetworkPolicyIngressRule] atomic
          egress [NetworkPolicyEgressRule] atomic
          policyTypes [string] atomic
        NetworkPolicyIngressRule
          ports [NetworkPolicyPort] atomic
          from [NetworkPolicyPeer] atomic
        NetworkPolicyEgressRule
          ports [NetworkPolicyPort] atomic
          to [NetworkPolicyPeer] atomic
        NetworkPolicyPort
          protocol string ="TCP"
          port intstr
          endPort int32
        NetworkPolicyPeer
          podSelector LabelSelector
          namespaceSelector LabelSelector
          ipBlock IPBlock
        IPBlock
          cidr string !
          except [string] atomic
        Ingress  # Hosts and paths, and the services that they lead to.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec IngressSpec
          status IngressStatus
        IngressSpec
          ingressClassName string
          defaultBackend IngressBackend
          tls [IngressTLS] atomic
          rules [IngressRule] atomic
        IngressBackend
          service IngressServiceBackend
          resource any
        IngressServiceBackend
          name string !
          port ServiceBackendPort
        ServiceBackendPort atomic
          name string
          number int32
        IngressTLS
          hosts [string] atomic
          secretName string
        IngressRule
          host string
          http HTTPIngressRuleValue
        HTTPIngressRuleValue
          paths [HTTPIngressPath] ! atomic
        HTTPIngressPath
          path string
          pathType string !
          backend IngressBackend !
        IngressStatus
          loadBalancer any
        """;
}
