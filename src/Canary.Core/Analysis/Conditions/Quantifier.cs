namespace Canary.Core.Analysis.Conditions;

/// <summary>Functions that ask a closure about each member of a list.</summary>
internal enum Quantifier
{
    All,
    Any,
    None,
    One,
    Filter,
    Map,
    Count,
}
