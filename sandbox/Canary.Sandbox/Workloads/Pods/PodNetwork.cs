using System.Collections.Generic;
using System.Threading;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>Addresses of pods. They cannot be dialled: an API server refuses 127/8 in an EndpointSlice, so the mesh dials what the
/// annotation says.</summary>
internal sealed class PodNetwork
{
    /// <summary>Annotation of a pod with the address that it really listens on.</summary>
    public const string AddressAnnotation = "sandbox.canary.delivery/address";

    private readonly HashSet<string> _taken = [];
    private readonly Lock _lock = new();
    private int _last;

    /// <summary>The address that a pod has already, or a new one.</summary>
    public string Take(string? present)
    {
        lock (_lock)
        {
            if (present is not null)
            {
                _taken.Add(present);
                return present;
            }

            while (true)
            {
                _last = (_last % 65_000) + 1;
                var address = $"10.244.{_last / 256}.{_last % 256}";
                if (_taken.Add(address)) return address;
            }
        }
    }

    public void Release(string address)
    {
        lock (_lock) _taken.Remove(address);
    }
}
