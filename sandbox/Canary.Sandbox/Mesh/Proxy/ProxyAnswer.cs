namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>An answer that the proxy makes up by itself, as Envoy words it.</summary>
internal sealed record ProxyAnswer(int Status, string Flags, string Body)
{
    /// <summary>The flags of an answer about which there is nothing to say.</summary>
    public const string NoFlags = "-";

    public static ProxyAnswer NoRoute { get; } = new(404, "NR", "");

    public static ProxyAnswer NoCluster { get; } = new(503, "NC", "");

    public static ProxyAnswer NoHealthyUpstream { get; } = new(503, "UH", "no healthy upstream");

    public static ProxyAnswer ConnectFailed { get; } =
        new(503, "UF", "upstream connect error or disconnect/reset before headers. reset reason: connection failure");

    public static ProxyAnswer Reset { get; } =
        new(503, "UC", "upstream connect error or disconnect/reset before headers. reset reason: connection termination");

    public static ProxyAnswer TimedOut { get; } = new(504, "UT", "upstream request timeout");

    public static ProxyAnswer BlackHole { get; } = new(502, NoFlags, "");

    public static ProxyAnswer Aborted(int status) => new(status, "FI", "fault filter abort");

    public ProxyAnswer With(string flag) => this with { Flags = Flags == NoFlags ? flag : $"{Flags},{flag}" };
}
