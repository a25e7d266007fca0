using Canary.ApiServer.Expressions;

namespace Canary.ApiServer.Documents.Policies;

/// <summary>One thing that a policy asks for.</summary>
/// <param name="Test">What must hold.</param>
/// <param name="Message">What is said otherwise; empty: the expression itself.</param>
/// <param name="MessageExpression">Makes the message; null for none.</param>
/// <param name="Reason">Reason of the refusal; null: Invalid.</param>
internal sealed record PolicyValidation(Expression Test, string Message, Expression? MessageExpression, string? Reason);
