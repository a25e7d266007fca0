namespace Canary.ApiServer.Documents;

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
