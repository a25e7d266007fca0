using System;

namespace Canary.Controller.Web;

/// <summary>The address of the pages cannot be listened on; the message says which, and why.</summary>
internal sealed class ListenException(string message, Exception cause) : Exception(message, cause);
