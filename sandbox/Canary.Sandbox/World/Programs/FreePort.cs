using System.Net;
using System.Net.Sockets;

namespace Canary.Sandbox.World.Programs;

/// <summary>A port of 127.0.0.1 that nobody listened on a moment ago, for programs that cannot choose one themselves and say
/// which.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
