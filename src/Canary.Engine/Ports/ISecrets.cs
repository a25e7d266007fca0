using System.Threading;
using System.Threading.Tasks;

namespace Canary.Engine.Ports;

/// <summary>Values of Secrets.</summary>
public interface ISecrets
{
    /// <summary>One key of a Secret, decoded as UTF-8; null where the Secret or the key is missing.</summary>
    Task<string?> ReadAsync(string @namespace, string name, string key, CancellationToken cancel);
}
