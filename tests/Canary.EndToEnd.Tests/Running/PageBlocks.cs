using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>The shell blocks of pages, which tests run as they stand there.</summary>
internal sealed class PageBlocks(params string[] pages)
{
    private const string Fence = "```sh\n";

    /// <summary>Every shell block, in the order of the pages, as its lines.</summary>
    public IReadOnlyList<IReadOnlyList<string>> All { get; } =
    [
        .. pages.SelectMany(page => File.ReadAllText(Path.Combine(Commands.Root(), page)).Split(Fence).Skip(1))
            .Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)].Split('\n', StringSplitOptions.RemoveEmptyEntries)),
    ];

    /// <summary>The one block that holds this text.</summary>
    public IReadOnlyList<string> Holding(string text) =>
        All.Single(block => block.Any(line => line.Contains(text, StringComparison.Ordinal)));
}
