namespace Canary.ApiServer.Expressions.Values;

/// <summary>How far a question to the authorizer is put together.</summary>
internal enum AuthorizerStage
{
    Begun,
    Path,
    Group,
    Resource,
}
