namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Pods and what is in them.</summary>
internal static class PodTypes
{
    public const string Text = """
        package io.k8s.api.core.v1
        Pod  # Containers that run together on a node.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec PodSpec
          status PodStatus ={}
        PodTemplateSpec  # What the pods made from it look like.
          metadata TemplateMeta ={}
          spec PodSpec
        PodSpec
          volumes [Volume] map(name) key(name) retain
          initContainers [Container] map(name) key(name)
          containers [Container] ! map(name) key(name)
          ephemeralContainers [EphemeralContainer] map(name) key(name)
          restartPolicy string ="Always"
          terminationGracePeriodSeconds int64 =30
          activeDeadlineSeconds int64
          dnsPolicy string ="ClusterFirst"
          nodeSelector {string} atomic
          serviceAccountName string
          serviceAccount string
          automountServiceAccountToken bool
          nodeName string
          hostNetwork bool
          hostPID bool
          hostIPC bool
          shareProcessNamespace bool
          securityContext PodSecurityContext ={}
          imagePullSecrets [LocalObjectReference] map(name) key(name)
          hostname string
          subdomain string
          affinity any
          schedulerName string ="default-scheduler"
          tolerations [Toleration] atomic
          hostAliases [HostAlias] map(ip) key(ip)
          priorityClassName string
          priority int32
          dnsConfig any
          readinessGates [PodReadinessGate] atomic
          runtimeClassName string
          enableServiceLinks bool
          preemptionPolicy string
          overhead {quantity}
          topologySpreadConstraints [TopologySpreadConstraint] map(topologyKey,whenUnsatisfiable) key(topologyKey)
          setHostnameAsFQDN bool
          os any
          hostUsers bool
          schedulingGates [PodSchedulingGate] map(name) key(name)
          resourceClaims [PodResourceClaim] map(name) key(name) retain
          resources ResourceRequirements
        PodReadinessGate
          conditionType string !
        PodSchedulingGate
          name string !
        PodResourceClaim
          name string !
          resourceClaimName string
          resourceClaimTemplateName string
        TopologySpreadConstraint
          maxSkew int32 !
          topologyKey string !
          whenUnsatisfiable string !
          labelSelector LabelSelector
          minDomains int32
          nodeAffinityPolicy string
          nodeTaintsPolicy string
          matchLabelKeys [string] atomic
        Toleration
          key string
          operator string
          value string
          effect string
          tolerationSeconds int64
        HostAlias
          ip string !
          hostnames [string] atomic
        PodSecurityContext
          seLinuxOptions any
          windowsOptions any
          runAsUser int64
          runAsGroup int64
          runAsNonRoot bool
          supplementalGroups [int64] atomic
          supplementalGroupsPolicy string
          fsGroup int64
          sysctls [any] atomic
          fsGroupChangePolicy string
          seccompProfile any
          appArmorProfile any
          seLinuxChangePolicy string
        Container  # One process image of a pod.
          name string !
          image string
          command [string] atomic
          args [string] atomic
          workingDir string
          ports [ContainerPort] map(containerPort,protocol) key(containerPort)
          envFrom [EnvFromSource] atomic
          env [EnvVar] map(name) key(name)
          resources ResourceRequirements ={}
          resizePolicy [ContainerResizePolicy] atomic
          restartPolicy string
          volumeMounts [VolumeMount] map(mountPath) key(mountPath)
          volumeDevices [VolumeDevice] map(devicePath) key(devicePath)
          livenessProbe Probe
          readinessProbe Probe
          startupProbe Probe
          lifecycle any
          terminationMessagePath string ="/dev/termination-log"
          terminationMessagePolicy string ="File"
          imagePullPolicy string
          securityContext SecurityContext
          stdin bool
          stdinOnce bool
          tty bool
        EphemeralContainer
          name string !
          image string
          command [string] atomic
          args [string] atomic
          workingDir string
          ports [ContainerPort] map(containerPort,protocol) key(containerPort)
          envFrom [EnvFromSource] atomic
          env [EnvVar] map(name) key(name)
          resources ResourceRequirements ={}
          volumeMounts [VolumeMount] map(mountPath) key(mountPath)
          terminationMessagePath string ="/dev/termination-log"
          terminationMessagePolicy string ="File"
          imagePullPolicy string
          securityContext SecurityContext
          stdin bool
          stdinOnce bool
          tty bool
          targetContainerName string
        ContainerPort
          name string
          hostPort int32
          containerPort int32 !
          protocol string ="TCP"
          hostIP string
        ContainerResizePolicy
          resourceName string !
          restartPolicy string !
        EnvFromSource
          prefix string
          configMapRef LocalKeySource
          secretRef LocalKeySource
        LocalKeySource
          name string
          optional bool
        EnvVar
          name string !
          value string
          valueFrom EnvVarSource
        EnvVarSource
          fieldRef ObjectFieldSelector
          resourceFieldRef ResourceFieldSelector
          configMapKeyRef KeySelector
          secretKeyRef KeySelector
        ObjectFieldSelector atomic
          apiVersion string ="v1"
          fieldPath string !
        ResourceFieldSelector atomic
          containerName string
          resource string !
          divisor quantity
        KeySelector atomic
          name string
          key string !
          optional bool
        ResourceRequirements
          limits {quantity}
          requests {quantity}
          claims [ResourceClaim] map(name)
        ResourceClaim
          name string !
          request string
        VolumeMount
          name string !
          readOnly bool
          recursiveReadOnly string
          mountPath string !
          subPath string
          mountPropagation string
          subPathExpr string
        VolumeDevice
          name string !
          devicePath string !
        Probe
          exec ExecAction
          httpGet HTTPGetAction
          tcpSocket TCPSocketAction
          grpc GRPCAction
          initialDelaySeconds int32
          timeoutSeconds int32 =1
          periodSeconds int32 =10
          successThreshold int32 =1
          failureThreshold int32 =3
          terminationGracePeriodSeconds int64
        ExecAction
          command [string] atomic
        HTTPGetAction
          path string ="/"
          port intstr !
          host string
          scheme string ="HTTP"
          httpHeaders [HTTPHeader] atomic
        HTTPHeader
          name string !
          value string !
        TCPSocketAction
          port intstr !
          host string
        GRPCAction
          port int32 !
          service string =""
        SecurityContext
          capabilities any
          privileged bool
          seLinuxOptions any
          windowsOptions any
          runAsUser int64
          runAsGroup int64
          runAsNonRoot bool
          readOnlyRootFilesystem bool
          allowPrivilegeEscalation bool
          procMount string
          seccompProfile any
          appArmorProfile any
        Volume
          name string !
          hostPath HostPathVolumeSource
          emptyDir EmptyDirVolumeSource
          secret SecretVolumeSource
          configMap ConfigMapVolumeSource
          projected any
          downwardAPI any
          persistentVolumeClaim any
          ephemeral any
          csi any
          nfs any
          iscsi any
          image any
          awsElasticBlockStore any
          azureDisk any
          azureFile any
          cephfs any
          cinder any
          fc any
          flexVolume any
          flocker any
          gcePersistentDisk any
          gitRepo any
          glusterfs any
          photonPersistentDisk any
          portworxVolume any
          quobyte any
          rbd any
          scaleIO any
          storageos any
          vsphereVolume any
        HostPathVolumeSource
          path string !
          type string =""
        EmptyDirVolumeSource
          medium string
          sizeLimit quantity
        SecretVolumeSource
          secretName string
          items [KeyToPath] atomic
          defaultMode int32 =420
          optional bool
        ConfigMapVolumeSource
          name string
          items [KeyToPath] atomic
          defaultMode int32 =420
          optional bool
        KeyToPath
          key string !
          path string !
          mode int32
        PodStatus
          observedGeneration int64
          phase string
          conditions [PodCondition] map(type) key(type)
          message string
          reason string
          nominatedNodeName string
          hostIP string
          hostIPs [HostIP] atomic merge
          podIP string
          podIPs [PodIP] map(ip) key(ip)
          startTime time
          initContainerStatuses [ContainerStatus] atomic
          containerStatuses [ContainerStatus] atomic
          ephemeralContainerStatuses [ContainerStatus] atomic
          qosClass string
          resize string
          resourceClaimStatuses [any] atomic
        HostIP
          ip string !
        PodIP
          ip string !
        PodCondition
          type string !
          observedGeneration int64
          status string !
          lastProbeTime time null =null
          lastTransitionTime time null =null
          reason string
          message string
        ContainerStatus
          name string !
          state any ={}
          lastState any ={}
          ready bool !
          restartCount int32 !
          image string !
          imageID string !
          containerID string
          started bool
          allocatedResources {quantity}
          resources any
          volumeMounts [any] atomic
          user any
          allocatedResourcesStatus [any] atomic
        """;
}
