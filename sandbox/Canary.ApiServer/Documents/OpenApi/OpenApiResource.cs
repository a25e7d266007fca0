using System.Collections.Generic;

namespace Canary.ApiServer.Documents.OpenApi;

/// <summary>A resource as the published API document describes it.</summary>
/// <param name="Kind">Kind of its objects.</param>
/// <param name="ListKind">Kind of its lists.</param>
/// <param name="Plural">Name in paths.</param>
/// <param name="IsNamespaced">True where its objects are in namespaces.</param>
/// <param name="Verbs">What can be done with it, in the words of discovery.</param>
/// <param name="Subresources"><c>status</c> and <c>scale</c>, where it has them.</param>
/// <param name="Schema">Schema of its objects.</param>
internal sealed record OpenApiResource(
    string Kind, string ListKind, string Plural, bool IsNamespaced, IReadOnlyList<string> Verbs, IReadOnlyList<string> Subresources,
    ObjectSchema Schema);
