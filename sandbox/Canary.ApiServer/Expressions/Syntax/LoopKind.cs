namespace Canary.ApiServer.Expressions.Syntax;

/// <summary>The macros that go through the elements of a list or map, or look into an optional value.</summary>
internal enum LoopKind
{
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
    TransformList,
    TransformMap,
    OptionalMap,
    OptionalFlatMap,
}
