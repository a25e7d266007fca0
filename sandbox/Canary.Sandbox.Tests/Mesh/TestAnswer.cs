using System.Collections.Generic;

namespace Canary.Sandbox.Tests.Mesh;

internal sealed record TestAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers);
