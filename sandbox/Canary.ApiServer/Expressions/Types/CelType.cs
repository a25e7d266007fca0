using System;
using System.Collections.Generic;

namespace Canary.ApiServer.Expressions.Types;

/// <summary>A type, with what a schema says about the size of its values.</summary>
internal sealed record CelType(TypeKind Kind, string Name)
{
    public static readonly CelType Dyn = new(TypeKind.Dyn, "dyn");
    public static readonly CelType Null = new(TypeKind.Null, "null_type");
    public static readonly CelType Bool = new(TypeKind.Bool, "bool") { LeastBytes = 4 };
    public static readonly CelType Int = new(TypeKind.Int, "int") { LeastBytes = 1 };
    public static readonly CelType Uint = new(TypeKind.Uint, "uint") { LeastBytes = 1 };
    public static readonly CelType Double = new(TypeKind.Double, "double") { LeastBytes = 1 };
    public static readonly CelType String = new(TypeKind.String, "string") { LeastBytes = 2 };
    public static readonly CelType Bytes = new(TypeKind.Bytes, "bytes") { LeastBytes = 2 };
    public static readonly CelType Timestamp = new(TypeKind.Timestamp, "timestamp");
    public static readonly CelType Duration = new(TypeKind.Duration, "duration");

    /// <summary>Type of the elements, of the values of a map, or inside an optional.</summary>
    public CelType? Element { get; init; }

    public CelType? Key { get; init; }

    /// <summary>Fields of an object by the name that an expression uses.</summary>
    public IReadOnlyDictionary<string, CelType> Fields { get; init; } = new Dictionary<string, CelType>();

    /// <summary>Fields have the names of JSON members, escaped where those are no identifiers.</summary>
    public bool HasEscapedNames { get; init; }

    /// <summary>Most elements, characters or bytes that a value can have; null where nothing is known.</summary>
    public double? MostElements { get; init; }

    /// <summary>Fewest bytes that a value takes in JSON.</summary>
    public long LeastBytes { get; init; }

    /// <summary>For equality and <c>+</c> of lists: the keys of a map list; empty for other lists.</summary>
    public IReadOnlyList<string> ListKeys { get; init; } = [];

    /// <summary>A list whose order means nothing.</summary>
    public bool IsSet { get; init; }

    public static CelType List(CelType element) => new(TypeKind.List, "list") { Element = element, LeastBytes = 2 };

    public static CelType Map(CelType key, CelType value) => new(TypeKind.Map, "map") { Key = key, Element = value, LeastBytes = 2 };

    public static CelType Optional(CelType element) => new(TypeKind.Optional, "optional_type") { Element = element };

    public static CelType TypeOf(CelType element) => new(TypeKind.Type, "type") { Element = element };

    public static CelType Opaque(string name) => new(TypeKind.Opaque, name);

    public static CelType Parameter(string name) => new(TypeKind.Parameter, name);

    public bool IsDyn => Kind == TypeKind.Dyn;

    /// <summary>A value without parts: comparing two of them takes one step.</summary>
    public bool IsScalar =>
        Kind is TypeKind.Bool or TypeKind.Int or TypeKind.Uint or TypeKind.Double or TypeKind.Timestamp or TypeKind.Duration
        or TypeKind.Null or TypeKind.Type;

    /// <summary>The type in the words of an error.</summary>
    public string Shown => Kind switch
    {
        TypeKind.List or TypeKind.Optional or TypeKind.Type => Element is null ? Name : $"{Name}({Element.Shown})",
        TypeKind.Map => $"map({Key!.Shown}, {Element!.Shown})",
        TypeKind.Null => "null",
        _ => Name,
    };

    /// <summary>The simple type of that name; null for a name that is none.</summary>
    public static CelType? Find(string name) => name switch
    {
        "dyn" => Dyn,
        "null_type" => Null,
        "bool" => Bool,
        "int" => Int,
        "uint" => Uint,
        "double" => Double,
        "string" => String,
        "bytes" => Bytes,
        "timestamp" or "google.protobuf.Timestamp" => Timestamp,
        "duration" or "google.protobuf.Duration" => Duration,
        "list" => List(Dyn),
        "map" => Map(Dyn, Dyn),
        "type" => TypeOf(Dyn),
        _ => null,
    };

    public bool Equals(CelType? other) =>
        other is not null && Kind == other.Kind && Name == other.Name && Equals(Element, other.Element) && Equals(Key, other.Key)
        && (Kind != TypeKind.Object || ReferenceEquals(Fields, other.Fields));

    public override int GetHashCode() => HashCode.Combine(Kind, Name);
}
