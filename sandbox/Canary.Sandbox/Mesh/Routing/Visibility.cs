using System.Collections.Generic;
using System.Linq;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>What <c>exportTo</c> means: nothing or <c>*</c> is everywhere, <c>.</c> the own namespace, any other text a
/// namespace.</summary>
internal static class Visibility
{
    public static bool Reaches(IReadOnlyList<string> exportTo, string owner, string client) =>
        exportTo.Count == 0 || exportTo.Any(target => target == "*" || target == client || (target == "." && owner == client));
}
