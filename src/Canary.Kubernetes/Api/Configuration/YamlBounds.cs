using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Canary.Kubernetes.Api.Configuration;

/// <summary>
/// Loads YAML that may hold anything. A few hundred bytes of aliases of aliases stand for more nodes than any memory holds, and a list that
/// holds itself for endlessly many: how many nodes a text stands for is counted while it is parsed, before any of them is made.
/// </summary>
internal static class YamlBounds
{
    /// <summary>Nodes that the aliases of a text may stand for.</summary>
    public const long MostFromAliases = 100_000;

    /// <summary>Deepest nesting.</summary>
    public const int Deepest = 200;

    /// <summary>The documents of a text.</summary>
    /// <exception cref="YamlException">The text is no YAML, or stands for too much; its Start has the line.</exception>
    public static YamlStream Load(string text)
    {
        try
        {
            Check(text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream;
        }
        catch (Exception problem) when (problem is not YamlException)
        {
            throw new YamlException(Mark.Empty, Mark.Empty, $"the text is no YAML: {problem.Message}", problem);
        }
    }

    private static void Check(string text)
    {
        var parser = new Parser(new StringReader(text));
        var sizes = new Dictionary<AnchorName, long>();
        var open = new Stack<Collection>();
        var fromAliases = 0L;
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case DocumentStart:
                    sizes.Clear();
                    break;
                case NodeEvent and (MappingStart or SequenceStart) and var start:
                    if (open.Count >= Deepest) throw Refused(start, $"it is nested deeper than {Deepest} levels");
                    if (open.TryPeek(out var outer) && outer.IsAtKey) throw Refused(start, "a key is a list or a mapping; a key is a text");
                    open.Push(new Collection(start.Anchor, start is MappingStart));
                    break;
                case MappingEnd or SequenceEnd:
                    var ended = open.Pop();
                    if (!ended.Anchor.IsEmpty) sizes[ended.Anchor] = ended.Size;
                    Count(open, ended.Size);
                    break;
                case AnchorAlias alias:
                    if (open.Any(one => one.Anchor == alias.Value))
                        throw Refused(alias, $"*{alias.Value} stands inside of what it names, which would have no end");
                    var size = sizes.GetValueOrDefault(alias.Value, 1);
                    if (open.TryPeek(out var holder) && holder.IsAtKey && size > 1)
                        throw Refused(alias, "a key is a list or a mapping; a key is a text");
                    fromAliases += size;
                    if (fromAliases > MostFromAliases) throw Refused(alias, $"its aliases stand for more than {MostFromAliases} values");
                    Count(open, size);
                    break;
                case Scalar scalar:
                    if (!scalar.Anchor.IsEmpty) sizes[scalar.Anchor] = 1;
                    Count(open, 1);
                    break;
            }
        }
    }

    private static void Count(Stack<Collection> open, long size)
    {
        if (open.TryPeek(out var holder)) holder.Add(size);
    }

    private static YamlException Refused(ParsingEvent at, string message) => new(at.Start, at.End, message);

    private sealed class Collection(AnchorName anchor, bool isMapping)
    {
        private int _members;

        public AnchorName Anchor => anchor;

        public long Size { get; private set; } = 1;

        /// <summary>The next node is a key.</summary>
        public bool IsAtKey => isMapping && _members % 2 == 0;

        public void Add(long size)
        {
            _members++;
            Size += size;
        }
    }
}
