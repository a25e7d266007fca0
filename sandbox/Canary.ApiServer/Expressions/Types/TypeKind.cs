namespace Canary.ApiServer.Expressions.Types;

/// <summary>The kinds of types that a CEL expression can have.</summary>
internal enum TypeKind
{
    /// <summary>Known when the expression runs.</summary>
    Dyn,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Timestamp,
    Duration,
    List,
    Map,

    /// <summary>Named fields, each of its own type.</summary>
    Object,

    /// <summary>A type of a library, known by its name.</summary>
    Opaque,
    Optional,

    /// <summary>A type itself, as <c>type(x)</c> gives it.</summary>
    Type,

    /// <summary>Stands for any one type in the signature of a function.</summary>
    Parameter,
}
