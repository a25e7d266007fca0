namespace Canary.Kubernetes.Schemas;

/// <summary>Types of a structural schema.</summary>
public enum SchemaType
{
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,

    /// <summary>A whole number or a string: <c>x-kubernetes-int-or-string</c>.</summary>
    IntOrString,

    /// <summary>A number or a string. A structural schema cannot say that: the server takes anything, and the mapping refuses the
    /// rest.</summary>
    NumberOrString,
}
