namespace Canary.ApiServer.Kinds;

/// <summary>Kinds that exist only as a question and its answer.</summary>
internal sealed class ReviewHandling : KindHandling
{
    public static readonly ReviewHandling Instance = new();

    public override bool IsReview => true;
}
