using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Kinds;

internal sealed class NamespaceHandling : KindHandling
{
    public override bool AnswersDeletionWithObject => true;

    public override bool KeepsMetadataOnStatus => true;

    public override bool Allows(string verb) => verb != "deletecollection";

    public override JsonObject? InitialStatus(JsonObject obj) => new() { ["phase"] = "Active" };

    public override void PrepareCreate(JsonObject obj, bool isDryRun)
    {
        obj["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        Label(obj);
    }

    public override void PrepareUpdate(JsonObject obj, JsonObject old)
    {
        // The list of finalizers is changed by /finalize only.
        obj.TakeFrom(old, "spec");
        Label(obj);
    }

    private static void Label(JsonObject obj)
    {
        var metadata = obj.Metadata();
        if (metadata["labels"] is not JsonObject labels)
            metadata["labels"] = labels = [];
        labels["kubernetes.io/metadata.name"] = obj.Name();
    }
}
