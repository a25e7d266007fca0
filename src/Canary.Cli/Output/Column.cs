using System;
using System.Text.Json.Nodes;

namespace Canary.Cli.Output;

/// <summary>One column of a listing.</summary>
/// <param name="IsWide">Shown with <c>-o wide</c> only.</param>
internal sealed record Column(string Heading, Func<JsonObject, DateTimeOffset, string> Cell, bool IsWide);
