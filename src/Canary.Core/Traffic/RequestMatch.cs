using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Traffic;

/// <summary>Requests of one kind: all that is given holds.</summary>
/// <param name="Headers">What headers and cookies are like; one that a request does not have is like nothing.</param>
/// <param name="Method">What the method is like; null: any.</param>
/// <param name="Path">What the path is like, without the query; null: any.</param>
public sealed record RequestMatch(EquatableArray<HeaderTest> Headers, TextTest? Method = null, TextTest? Path = null)
{
    /// <summary>For people: <c>x-staff is yes and cookie group begins with a</c>.</summary>
    public override string ToString() => string.Join(" and ", Headers.Select(header => header.ToString())
        .Append(Method is null ? "" : $"the method {Method}").Append(Path is null ? "" : $"the path {Path}")
        .Where(part => part.Length > 0));
}

/// <summary>What a header, or a cookie, is like.</summary>
/// <param name="Name">Name of the header, in small letters; of the cookie, as it is written.</param>
/// <param name="IsCookie">It is one of the cookies in the header <c>cookie</c>.</param>
/// <param name="Value">What its value is like.</param>
public sealed record HeaderTest(string Name, bool IsCookie, TextTest Value)
{
    /// <inheritdoc />
    public override string ToString() => $"{(IsCookie ? "cookie " : "")}{Name} {Value}";
}

/// <summary>What a text is like.</summary>
/// <param name="Kind">How it is compared.</param>
/// <param name="Text">With what.</param>
public sealed record TextTest(TextTestKind Kind, string Text)
{
    /// <inheritdoc />
    public override string ToString() => Kind switch
    {
        TextTestKind.Exact => $"is {Text}",
        TextTestKind.Prefix => $"begins with {Text}",
        TextTestKind.Regex => $"matches {Text}",
    };
}

/// <summary>How texts are compared.</summary>
public enum TextTestKind
{
    /// <summary>The whole text, letter by letter.</summary>
    Exact,

    /// <summary>Its beginning.</summary>
    Prefix,

    /// <summary>A regular expression (RE2) that matches the whole text.</summary>
    Regex,
}
