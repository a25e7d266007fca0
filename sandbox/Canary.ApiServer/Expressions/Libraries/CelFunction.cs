using System;
using System.Collections.Generic;
using Canary.ApiServer.Expressions.Types;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>A function or operator: its overloads, and how it is carried out. A target is the first of the arguments.</summary>
/// <remarks><see cref="Invoke"/> throws a <c>CelError</c> where the values do not fit, which only dyn arguments let happen.</remarks>
internal sealed record CelFunction(string Name, IReadOnlyList<Signature> Overloads, Func<IReadOnlyList<object?>, object?> Invoke);
