using System.Collections.Generic;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;

namespace Canary.ApiServer.Writing;

/// <summary>What a write is for: a place in a collection, a part of the object, and the options of the request.</summary>
internal sealed record WriteTarget(ServedResource Resource, string Namespace, string Name, string Subresource, WriteRequest Options,
    List<string> Warnings, AuthenticatedUser User)
{
    public string Key => Resource.KeyOf(Namespace, Name);

    public string? SubresourceOrNone => Subresource.Length == 0 ? null : Subresource;

    public ApiRefusal Missing => Resource.NotFound(Name);
}
