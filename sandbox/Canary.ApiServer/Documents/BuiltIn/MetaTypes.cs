namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Types that every kind shares.</summary>
internal static class MetaTypes
{
    public const string Text = """
        package io.k8s.apimachinery.pkg.apis.meta.v1
        ObjectMeta  # Name, labels and bookkeeping of an object.
          name string  # Name of the object, unique among its kind in its namespace. It cannot be changed.
          generateName string  # Prefix of a name that the server completes when name is empty.
          namespace string  # Namespace of the object; empty for cluster scoped kinds.
          selfLink string
          uid string  # Identity of the object in time and space, set by the server.
          resourceVersion string  # Version of the stored object: opaque, for comparing and for optimistic locking.
          generation int64  # Rises with each change of what is wanted.
          creationTimestamp time null  # When the server created the object.
          deletionTimestamp time  # When deletion was asked for; the object goes when its finalizers are gone.
          deletionGracePeriodSeconds int64
          labels {string}  # Names and values for selecting and grouping.
          annotations {string}  # Names and values for tools; they are not selected by.
          ownerReferences [OwnerReference] map(uid) key(uid)  # Objects that this one depends on; it is collected when they are all gone.
          finalizers [string] set merge  # Names that must be removed before the object goes.
          managedFields [ManagedFieldsEntry] atomic  # Who set which field, kept by the server.
        TemplateMeta  # Labels and annotations of the objects made from a template.
          name string
          generateName string
          namespace string
          selfLink string
          uid string
          resourceVersion string
          generation int64
          creationTimestamp time null =null
          deletionTimestamp time
          deletionGracePeriodSeconds int64
          labels {string}
          annotations {string}
          ownerReferences [OwnerReference] map(uid) key(uid)
          finalizers [string] set merge
          managedFields [ManagedFieldsEntry] atomic
        OwnerReference atomic  # An object that owns this one.
          apiVersion string !
          kind string !
          name string !
          uid string !
          controller bool
          blockOwnerDeletion bool
        ManagedFieldsEntry  # Fields that one manager set.
          manager string
          operation string
          apiVersion string
          time time
          fieldsType string
          fieldsV1 any
          subresource string
        ListMeta  # Version and continuation of a list.
          selfLink string
          resourceVersion string
          continue string
          remainingItemCount int64
        LabelSelector atomic  # Selects by labels; both parts must hold, an empty selector selects everything.
          matchLabels {string}
          matchExpressions [LabelSelectorRequirement] atomic
        LabelSelectorRequirement
          key string !
          operator string !
          values [string] atomic
        Condition  # One observed fact about an object.
          type string !
          status string !
          observedGeneration int64
          lastTransitionTime time !
          reason string !
          message string !
        Status  # Answer of a request that returns no object.
          apiVersion string
          kind string
          metadata ListMeta
          status string
          message string
          reason string
          details any
          code int32
        DeleteOptions  # How an object is deleted.
          apiVersion string
          kind string
          gracePeriodSeconds int64
          preconditions any
          orphanDependents bool
          propagationPolicy string
          dryRun [string] atomic
        """;
}
