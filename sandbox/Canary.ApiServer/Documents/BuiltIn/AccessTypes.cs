namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Roles, admission policies, custom resource definitions and access reviews.</summary>
internal static class AccessTypes
{
    public const string Text = """
        package io.k8s.api.rbac.v1
        Role  # Permissions inside a namespace.
          apiVersion string
          kind string
          metadata ObjectMeta
          rules [PolicyRule] atomic null
        ClusterRole  # Permissions in the whole cluster.
          apiVersion string
          kind string
          metadata ObjectMeta
          rules [PolicyRule] atomic null
          aggregationRule AggregationRule
        PolicyRule
          verbs [string] ! atomic
          apiGroups [string] atomic
          resources [string] atomic
          resourceNames [string] atomic
          nonResourceURLs [string] atomic
        AggregationRule
          clusterRoleSelectors [LabelSelector] atomic
        RoleBinding  # Gives a role to subjects, in its namespace.
          apiVersion string
          kind string
          metadata ObjectMeta
          subjects [Subject] atomic
          roleRef RoleRef !
        ClusterRoleBinding  # Gives a cluster role to subjects.
          apiVersion string
          kind string
          metadata ObjectMeta
          subjects [Subject] atomic
          roleRef RoleRef !
        Subject atomic
          kind string !
          apiGroup string
          name string !
          namespace string
        RoleRef atomic
          apiGroup string ="rbac.authorization.k8s.io"
          kind string !
          name string !
        package io.k8s.api.admissionregistration.v1
        ValidatingAdmissionPolicy  # Rules in CEL that requests must obey.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec ValidatingAdmissionPolicySpec
          status ValidatingAdmissionPolicyStatus ={}
        ValidatingAdmissionPolicySpec
          paramKind ParamKind
          matchConstraints MatchResources
          validations [Validation] atomic
          failurePolicy string ="Fail"
          auditAnnotations [AuditAnnotation] atomic
          matchConditions [MatchCondition] map(name) key(name)
          variables [Variable] map(name) key(name)
        ParamKind atomic
          apiVersion string
          kind string
        MatchResources atomic
          namespaceSelector LabelSelector ={}
          objectSelector LabelSelector ={}
          resourceRules [NamedRuleWithOperations] atomic
          excludeResourceRules [NamedRuleWithOperations] atomic
          matchPolicy string ="Equivalent"
        NamedRuleWithOperations atomic
          resourceNames [string] atomic
          operations [string] atomic
          apiGroups [string] atomic
          apiVersions [string] atomic
          resources [string] atomic
          scope string ="*"
        Validation
          expression string !
          message string
          reason string
          messageExpression string
        AuditAnnotation
          key string !
          valueExpression string !
        MatchCondition
          name string !
          expression string !
        Variable atomic
          name string !
          expression string !
        ValidatingAdmissionPolicyStatus
          observedGeneration int64
          typeChecking any
          conditions [Condition] map(type)
        ValidatingAdmissionPolicyBinding  # Puts a policy in force.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec ValidatingAdmissionPolicyBindingSpec
        ValidatingAdmissionPolicyBindingSpec
          policyName string
          paramRef ParamRef
          matchResources MatchResources
          validationActions [string] set
        ParamRef atomic
          name string
          namespace string
          selector LabelSelector
          parameterNotFoundAction string
        package io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1
        CustomResourceDefinition  # Adds a kind to the API.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec CustomResourceDefinitionSpec !
          status CustomResourceDefinitionStatus
        CustomResourceDefinitionSpec
          group string !
          names CustomResourceDefinitionNames !
          scope string !
          versions [CustomResourceDefinitionVersion] ! atomic
          conversion CustomResourceConversion ={"strategy":"None"}
          preserveUnknownFields bool
        CustomResourceDefinitionNames
          plural string !
          singular string
          shortNames [string] atomic
          kind string !
          listKind string
          categories [string] atomic
        CustomResourceConversion
          strategy string !
          webhook any
        CustomResourceDefinitionVersion
          name string !
          served bool !
          storage bool !
          deprecated bool
          deprecationWarning string
          schema CustomResourceValidation
          subresources CustomResourceSubresources
          additionalPrinterColumns [CustomResourceColumnDefinition] atomic
          selectableFields [SelectableField] atomic
        CustomResourceValidation
          openAPIV3Schema any
        CustomResourceSubresources
          status any
          scale CustomResourceSubresourceScale
        CustomResourceSubresourceScale
          specReplicasPath string !
          statusReplicasPath string !
          labelSelectorPath string
        CustomResourceColumnDefinition
          name string !
          type string !
          format string
          description string
          priority int32
          jsonPath string !
        SelectableField
          jsonPath string !
        CustomResourceDefinitionStatus
          conditions [CustomResourceDefinitionCondition] map(type) null
          acceptedNames CustomResourceDefinitionNames
          storedVersions [string] atomic null
        CustomResourceDefinitionCondition
          type string !
          status string !
          lastTransitionTime time
          reason string
          message string
        package io.k8s.api.authorization.v1
        SelfSubjectAccessReview  # Asks whether the caller may do something.
          apiVersion string
          kind string
          metadata ObjectMeta
          spec SelfSubjectAccessReviewSpec !
          status any
        SelfSubjectAccessReviewSpec
          resourceAttributes any
          nonResourceAttributes any
        """;
}
