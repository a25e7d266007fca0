namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>StatefulSets, DaemonSets, the revisions that they keep, and quotas.</summary>
internal static class ControllerTypes
{
    public const string Text = """
        package io.k8s.api.apps.v1
        StatefulSet  # Keeps pods that have a name and an order.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec StatefulSetSpec
          status StatefulSetStatus ={"replicas":0,"availableReplicas":0}
        StatefulSetSpec
          replicas int32 =1  # Number of pods wanted.
          selector LabelSelector !  # Labels of the pods; it cannot be changed.
          template PodTemplateSpec !  # What the pods look like.
          volumeClaimTemplates [any] atomic
          serviceName string  # Service that gives the pods their DNS names.
          podManagementPolicy string ="OrderedReady"
          updateStrategy StatefulSetUpdateStrategy ={}
          revisionHistoryLimit int32 =10
          minReadySeconds int32
          persistentVolumeClaimRetentionPolicy StatefulSetClaimRetention ={}
          ordinals StatefulSetOrdinals
        StatefulSetUpdateStrategy
          type string ="RollingUpdate"
          rollingUpdate RollingUpdateStatefulSet
        RollingUpdateStatefulSet
          partition int32 =0  # Pods with a lower ordinal keep the current revision.
          maxUnavailable intstr
        StatefulSetClaimRetention
          whenDeleted string ="Retain"
          whenScaled string ="Retain"
        StatefulSetOrdinals
          start int32 =0  # Number of the first pod.
        StatefulSetStatus
          observedGeneration int64
          replicas int32 !
          readyReplicas int32
          currentReplicas int32
          updatedReplicas int32
          currentRevision string
          updateRevision string
          collisionCount int32
          conditions [StatefulSetCondition] map(type) key(type)
          availableReplicas int32
        StatefulSetCondition
          type string !
          status string !
          lastTransitionTime time null
          reason string
          message string
        DaemonSet  # Keeps one pod on each node.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec DaemonSetSpec
          status DaemonSetStatus ={"currentNumberScheduled":0,"numberMisscheduled":0,"desiredNumberScheduled":0,"numberReady":0}
        DaemonSetSpec
          selector LabelSelector !  # Labels of the pods; it cannot be changed.
          template PodTemplateSpec !  # What the pods look like.
          updateStrategy DaemonSetUpdateStrategy ={}
          minReadySeconds int32
          revisionHistoryLimit int32 =10
        DaemonSetUpdateStrategy
          type string ="RollingUpdate"
          rollingUpdate RollingUpdateDaemonSet
        RollingUpdateDaemonSet
          maxUnavailable intstr
          maxSurge intstr
        DaemonSetStatus
          currentNumberScheduled int32 !
          numberMisscheduled int32 !
          desiredNumberScheduled int32 !
          numberReady int32 !
          observedGeneration int64
          updatedNumberScheduled int32
          numberAvailable int32
          numberUnavailable int32
          collisionCount int32
          conditions [DaemonSetCondition] map(type) key(type)
        DaemonSetCondition
          type string !
          status string !
          lastTransitionTime time null
          reason string
          message string
        ControllerRevision  # A template that a StatefulSet or a DaemonSet had.
          apiVersion string
          kind string
          metadata ObjectMeta
          data any  # The template; it cannot be changed.
          revision int64 !  # The highest is the newest.
        package io.k8s.api.core.v1
        ResourceQuota  # What a namespace may use in all.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec ResourceQuotaSpec ={}
          status ResourceQuotaStatus ={}
        ResourceQuotaSpec
          hard {quantity}  # Names of resources and how much of each there may be.
          scopes [string] atomic
          scopeSelector any
        ResourceQuotaStatus
          hard {quantity}
          used {quantity}
        """;
}
