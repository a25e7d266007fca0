using System.Collections.Generic;

namespace Canary.ApiServer.Access;

/// <summary>A bearer token that the server accepts, and who it stands for.</summary>
/// <param name="Token">The secret.</param>
/// <param name="User">Name of the user.</param>
/// <param name="Uid">Identity of the user.</param>
/// <param name="Groups">Groups besides <c>system:authenticated</c>; <c>system:masters</c> may do everything.</param>
public sealed record ApiToken(string Token, string User, string Uid, IReadOnlyList<string> Groups);
