namespace Canary.ApiServer.Kinds;

/// <summary>Leases, Events, Endpoints and RBAC kinds: a PUT creates what is not there.</summary>
internal sealed class UpsertHandling : KindHandling
{
    public override bool CreatesOnUpdate => true;
}
