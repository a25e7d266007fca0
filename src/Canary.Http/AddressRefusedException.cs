using System;

namespace Canary.Http;

/// <summary>No connection was made, since <see cref="AddressRules"/> do not allow its address.</summary>
public sealed class AddressRefusedException(string message) : Exception(message)
{
    /// <summary>The refusal that is behind a failed request; null where something else is.</summary>
    public static AddressRefusedException? Find(Exception? problem) => problem switch
    {
        null => null,
        AddressRefusedException refused => refused,
        _ => Find(problem.InnerException),
    };
}
