using System;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Stories;

/// <summary>What a story shows, in the words of the table in docs/workloads.md: a strategy, or a request.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StrategyAttribute(string title) : PropertyAttribute(nameof(StrategyAttribute), title)
{
    public string Title => (string)Properties.Get(nameof(StrategyAttribute))!;
}
