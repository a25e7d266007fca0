namespace Canary.ApiServer.Kinds;

/// <summary>Kinds without rules of their own whose deletion answers with the object.</summary>
internal sealed class ReturnedHandling : KindHandling
{
    public override bool AnswersDeletionWithObject => true;
}
