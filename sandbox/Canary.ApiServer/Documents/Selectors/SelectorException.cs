using System;

namespace Canary.ApiServer.Documents.Selectors;

/// <summary>A selector that cannot be read or names a field that is not selectable: 400, with the message of a real server.</summary>
internal sealed class SelectorException(string message) : Exception(message);
