using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Kinds;

internal sealed class NodeHandling : KindHandling
{
    public override bool KeepsMetadataOnStatus => true;

    public override JsonObject? InitialStatus(JsonObject obj) => obj.Child("status")?.Copy() ?? [];
}
