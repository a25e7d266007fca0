namespace Canary.ApiServer.Http;

/// <summary>The shapes in which one and the same content can be sent.</summary>
internal enum AnswerShape
{
    Plain,
    Table,
    PartialMetadata,
    PartialMetadataList,
    GroupDiscovery,
}
