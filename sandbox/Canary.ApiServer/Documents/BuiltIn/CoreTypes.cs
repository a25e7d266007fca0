namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Core kinds other than pods and services.</summary>
internal static class CoreTypes
{
    public const string Text = """
        package io.k8s.api.core.v1
        Namespace  # A scope for names.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec NamespaceSpec ={}
          status NamespaceStatus ={}
        NamespaceSpec
          finalizers [string] atomic
        NamespaceStatus
          phase string
          conditions [NamespaceCondition] map(type) key(type)
        NamespaceCondition
          type string !
          status string !
          lastTransitionTime time
          reason string
          message string
        ConfigMap  # Configuration as names and texts.
          apiVersion string
          kind string
          metadata ObjectMeta
          immutable bool  # True forbids changes of the contents.
          data {string}  # Names and texts.
          binaryData {bytes}  # Names and base64 encoded bytes.
        Secret  # Confidential names and values.
          apiVersion string
          kind string
          metadata ObjectMeta
          immutable bool  # True forbids changes of the contents.
          data {bytes}  # Names and base64 encoded values.
          stringData {string}  # Values as plain text: written into data, never read back.
          type string ="Opaque"  # What the secret is for; it cannot be changed.
        ServiceAccount  # An identity for processes in pods.
          apiVersion string
          kind string
          metadata ObjectMeta
          secrets [ObjectReference] map(name) key(name)
          imagePullSecrets [LocalObjectReference] atomic
          automountServiceAccountToken bool
        ObjectReference atomic  # Names another object.
          kind string
          namespace string
          name string
          uid string
          apiVersion string
          resourceVersion string
          fieldPath string
        LocalObjectReference atomic
          name string
        Event  # Something that happened to an object.
          apiVersion string
          kind string
          metadata ObjectMeta !
          involvedObject ObjectReference ! ={}  # The object that the event is about.
          reason string
          message string
          source EventSource ={}
          firstTimestamp time null =null
          lastTimestamp time null =null
          count int32
          type string
          eventTime microtime null =null
          series EventSeries
          action string
          related ObjectReference
          reportingComponent string =""
          reportingInstance string =""
        EventSource
          component string
          host string
        EventSeries
          count int32
          lastObservedTime microtime
        Node  # A machine that runs pods.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec NodeSpec ={}
          status NodeStatus ={}
        NodeSpec
          podCIDR string
          podCIDRs [string] set merge
          providerID string
          unschedulable bool
          taints [Taint] atomic
          configSource any
          externalID string
        Taint
          key string !
          value string
          effect string !
          timeAdded time
        NodeStatus
          capacity {quantity}
          allocatable {quantity}
          phase string
          conditions [NodeCondition] map(type) key(type)
          addresses [NodeAddress] map(type) key(type)
          daemonEndpoints any
          nodeInfo any
          images [any] atomic
          volumesInUse [string] atomic
          volumesAttached [any] atomic
          config any
          runtimeHandlers [any] atomic
          features any
        NodeCondition
          type string !
          status string !
          lastHeartbeatTime time null
          lastTransitionTime time null
          reason string
          message string
        NodeAddress
          type string !
          address string !
        package io.k8s.api.events.v1
        EventsEvent  # Something that happened to an object.
          apiVersion string
          kind string
          metadata ObjectMeta
          eventTime microtime ! null =null
          series EventsEventSeries
          reportingController string
          reportingInstance string
          action string
          reason string
          regarding ObjectReference ={}
          related ObjectReference
          note string
          type string
          deprecatedSource EventSource ={}
          deprecatedFirstTimestamp time null =null
          deprecatedLastTimestamp time null =null
          deprecatedCount int32
        EventsEventSeries
          count int32 !
          lastObservedTime microtime !
        """;
}
