using System.Text.Json.Nodes;

namespace Canary.ApiServer.Kinds;

/// <summary>ResourceQuotas: what they allow is checked when something is created.</summary>
internal sealed class QuotaHandling : KindHandling
{
    public override bool AnswersDeletionWithObject => true;

    public override bool KeepsMetadataOnStatus => true;

    public override JsonObject? InitialStatus(JsonObject obj) => [];
}
