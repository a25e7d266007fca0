using System;
using System.Collections.Generic;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Expressions;
using Canary.ApiServer.Expressions.Types;

namespace Canary.ApiServer.Documents.Rules;

/// <summary>A rule of a schema, read and checked; or what is wrong with it.</summary>
/// <param name="Rule">As it is written.</param>
/// <param name="Test">What must hold; null where it does not compile.</param>
/// <param name="Error">Why the test does not compile.</param>
/// <param name="Message">The message expression; null where there is none or it does not compile.</param>
/// <param name="MessageError">Why it does not compile.</param>
/// <param name="Type">Type of <c>self</c>.</param>
internal sealed record CompiledRule(CelRule Rule, Expression? Test, string? Error, Expression? Message, string? MessageError, CelType Type)
{
    /// <summary>A rule about a change, which is left out where there is nothing to compare with.</summary>
    public bool IsTransition => Test is { NamesOldSelf: true };

    public static CompiledRule Compile(CelRule rule, CelType type)
    {
        var variables = new Dictionary<string, CelType>(StringComparer.Ordinal)
        {
            ["self"] = type,
            ["oldSelf"] = rule.OptionalOldSelf == true ? CelType.Optional(type) : type,
        };
        var (test, error) = Expression.Compile(rule.Rule, variables);
        if (error is not null)
            error = "compilation failed: " + error;
        else if (test!.Type.Kind is not (TypeKind.Bool or TypeKind.Dyn))
            error = "cel expression must evaluate to a bool";
        if (rule.MessageExpression.Trim().Length == 0)
            return new CompiledRule(rule, test, error, null, null, type);
        var (message, wrong) = Expression.Compile(rule.MessageExpression, variables);
        if (wrong is not null)
            wrong = "messageExpression compilation failed: " + wrong;
        else if (message!.Type.Kind is not (TypeKind.String or TypeKind.Dyn))
            wrong = "messageExpression must evaluate to a string";
        return new CompiledRule(rule, test, error, message, wrong, type);
    }
}
