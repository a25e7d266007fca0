namespace Canary.Core.Analysis.Conditions;

internal enum TokenKind
{
    Number,
    Text,
    Name,
    Symbol,
    End,
}
