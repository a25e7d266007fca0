namespace Canary.ApiServer.Writing;

/// <summary>What becomes of a field that the schema does not know, or that is there twice.</summary>
internal enum FieldValidation
{
    Ignore,
    Warn,
    Strict,
}
