using System;
using System.IO;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Sandbox.World;

/// <summary>A sandbox that another process runs, found by its state folder.</summary>
internal static class RunningSandbox
{
    /// <summary>The file that says where everything is; it is there as long as the sandbox is up.</summary>
    public const string Addresses = "sandbox.json";

    /// <summary>The file that a shell sources to speak to a sandbox.</summary>
    /// <param name="state">Its state folder.</param>
    public static string Environment(string state) => Path.Combine(state, "env");

    /// <summary>Where its controller takes alerts, and the token that it asks for.</summary>
    /// <exception cref="SandboxException">No sandbox runs there, or it has no controller.</exception>
    public static async Task<(Uri Address, string Token)> FindHookAsync(string state, CancellationToken cancel)
    {
        var file = Path.Combine(state, Addresses);
        if (!File.Exists(file))
            throw new SandboxException(
                $"no sandbox runs here: {file} is not there. Start one (make sandbox), or name its folder with --state",
                SandboxProblem.Unreachable);
        try
        {
            var places = JsonNode.Parse(await File.ReadAllTextAsync(file, cancel)) as JsonObject;
            if (places?["controller"] is not JsonObject controller)
                throw new SandboxException("the sandbox runs without a controller; start it without --no-controller");
            var token = (await File.ReadAllTextAsync((string)controller["alertTokenFile"]!, cancel)).Trim();
            return (new Uri(new Uri((string)controller["address"]!), "/hooks/alertmanager"), token);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or UriFormatException or ArgumentException
            or IOException)
        {
            throw new SandboxException($"{file} is not what a sandbox of this version writes: {problem.Message}",
                SandboxProblem.Unreachable);
        }
    }
}
