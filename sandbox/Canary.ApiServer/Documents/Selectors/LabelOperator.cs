namespace Canary.ApiServer.Documents.Selectors;

/// <summary>What a selector asks of a label.</summary>
internal enum LabelOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
    GreaterThan,
    LessThan,
}
