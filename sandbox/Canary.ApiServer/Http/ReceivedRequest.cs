using System.Collections.Generic;
using System.Linq;

namespace Canary.ApiServer.Http;

/// <summary>A request, read whole, with who sent it; <see cref="Warnings"/> collects what goes into the Warning headers of the
/// answer.</summary>
internal sealed record ReceivedRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Query,
    string? Accept,
    string? ContentType,
    string UserAgent,
    byte[] Body,
    AuthenticatedUser User)
{
    public List<string> Warnings { get; } = [];

    public string? QueryText(string name) => Query.TryGetValue(name, out var values) ? values.FirstOrDefault() ?? "" : null;

    public bool QueryFlag(string name) => QueryText(name) is { } value && value is not ("false" or "0");

    public string BodyType => ContentType is null ? "" : MediaType.Parse(ContentType).Name;
}
