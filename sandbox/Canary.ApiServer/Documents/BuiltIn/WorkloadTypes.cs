namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Deployments, what scales and protects them, and leases.</summary>
internal static class WorkloadTypes
{
    public const string Text = """
        package io.k8s.api.apps.v1
        Deployment  # Keeps a number of equal pods, and changes them a few at a time.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec DeploymentSpec
          status DeploymentStatus ={}
        DeploymentSpec
          replicas int32 =1  # Number of pods wanted.
          selector LabelSelector !  # Labels of the pods; it cannot be changed.
          template PodTemplateSpec !  # What the pods look like.
          strategy DeploymentStrategy ={} retain  # How pods are replaced by newer ones.
          minReadySeconds int32
          revisionHistoryLimit int32 =10
          paused bool
          progressDeadlineSeconds int32 =600
        DeploymentStrategy
          type string ="RollingUpdate"
          rollingUpdate RollingUpdateDeployment
        RollingUpdateDeployment
          maxUnavailable intstr
          maxSurge intstr
        DeploymentStatus
          observedGeneration int64
          replicas int32
          updatedReplicas int32
          readyReplicas int32
          availableReplicas int32
          unavailableReplicas int32
          terminatingReplicas int32
          conditions [DeploymentCondition] map(type) key(type)
          collisionCount int32
        DeploymentCondition
          type string !
          status string !
          lastUpdateTime time null
          lastTransitionTime time null
          reason string
          message string
        ReplicaSet  # Keeps a number of equal pods.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec ReplicaSetSpec
          status ReplicaSetStatus ={"replicas":0}
        ReplicaSetSpec
          replicas int32 =1
          minReadySeconds int32
          selector LabelSelector !
          template PodTemplateSpec
        ReplicaSetStatus
          replicas int32 !
          fullyLabeledReplicas int32
          readyReplicas int32
          availableReplicas int32
          terminatingReplicas int32
          observedGeneration int64
          conditions [ReplicaSetCondition] map(type) key(type)
        ReplicaSetCondition
          type string !
          status string !
          lastTransitionTime time null
          reason string
          message string
        package io.k8s.api.coordination.v1
        Lease  # A lock that its holder renews.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec LeaseSpec ={}
        LeaseSpec
          holderIdentity string  # Who holds the lease; empty when nobody does.
          leaseDurationSeconds int32  # How long others wait after renewTime before they take it.
          acquireTime microtime
          renewTime microtime
          leaseTransitions int32
          strategy string
          preferredHolder string
        package io.k8s.api.autoscaling.v1
        Scale  # Size of something that can be scaled.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec ScaleSpec ={}
          status ScaleStatus ={"replicas":0}
        ScaleSpec
          replicas int32
        ScaleStatus
          replicas int32 !
          selector string
        HorizontalPodAutoscalerV1  # Sets the size of something by its load.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec HorizontalPodAutoscalerV1Spec
          status HorizontalPodAutoscalerV1Status ={"currentReplicas":0,"desiredReplicas":0}
        HorizontalPodAutoscalerV1Spec
          scaleTargetRef CrossVersionObjectReference !
          minReplicas int32 =1
          maxReplicas int32 !
          targetCPUUtilizationPercentage int32
        HorizontalPodAutoscalerV1Status
          observedGeneration int64
          lastScaleTime time
          currentReplicas int32 !
          desiredReplicas int32 !
          currentCPUUtilizationPercentage int32
        package io.k8s.api.autoscaling.v2
        HorizontalPodAutoscaler  # Sets the size of something by its load.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec HorizontalPodAutoscalerSpec
          status HorizontalPodAutoscalerStatus ={"desiredReplicas":0,"currentMetrics":null}
        HorizontalPodAutoscalerSpec
          scaleTargetRef CrossVersionObjectReference !
          minReplicas int32 =1
          maxReplicas int32 !
          metrics [MetricSpec] atomic
          behavior HorizontalPodAutoscalerBehavior
        CrossVersionObjectReference atomic
          kind string !
          name string !
          apiVersion string
        MetricSpec
          type string !
          object any
          pods any
          resource ResourceMetricSource
          containerResource any
          external any
        ResourceMetricSource
          name string !
          target MetricTarget !
        MetricTarget
          type string !
          value quantity
          averageValue quantity
          averageUtilization int32
        HorizontalPodAutoscalerBehavior
          scaleUp HPAScalingRules
          scaleDown HPAScalingRules
        HPAScalingRules
          stabilizationWindowSeconds int32
          selectPolicy string ="Max"
          policies [HPAScalingPolicy] atomic
          tolerance quantity
        HPAScalingPolicy
          type string !
          value int32 !
          periodSeconds int32 !
        HorizontalPodAutoscalerStatus
          observedGeneration int64
          lastScaleTime time
          currentReplicas int32
          desiredReplicas int32 !
          currentMetrics [any] atomic null
          conditions [Condition] map(type) key(type)
        package io.k8s.api.policy.v1
        PodDisruptionBudget  # How many pods may be taken away at once.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec PodDisruptionBudgetSpec ={}
          status PodDisruptionBudgetStatus ={}
        PodDisruptionBudgetSpec
          minAvailable intstr
          selector LabelSelector
          maxUnavailable intstr
          unhealthyPodEvictionPolicy string
        PodDisruptionBudgetStatus
          observedGeneration int64
          disruptedPods {time}
          disruptionsAllowed int32 ! =0
          currentHealthy int32 ! =0
          desiredHealthy int32 ! =0
          expectedPods int32 ! =0
          conditions [Condition] map(type) key(type)
        """;
}
