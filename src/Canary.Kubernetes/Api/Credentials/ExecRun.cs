using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Configuration;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>One run of a program that hands out credentials.</summary>
internal static class ExecRun
{
    // A token is longer, and a shorter word stands in many a message.
    private const int ShortestSecret = 12;
    private const int LongestQuote = 500;

    /// <exception cref="KubeConfigException">The program is missing, fails, or says something else than an ExecCredential.</exception>
    public static async Task<ExecCredentials.Answer> AskAsync(ExecPlugin plugin, ApiServerConfiguration config, CancellationToken cancel)
    {
        using var process = Start(plugin, config);
        process.StandardInput.Close();
        var (output, errors, overflow) = await ProgramOutput.ReadAsync(process, cancel);
        if (overflow is not null)
            throw new KubeConfigException(
                plugin.Origin,
                $"{plugin.Command} was ended: it printed more than {ProgramOutput.MostCharacters} characters on {overflow}, and an "
                    + "ExecCredential is far shorter. "
                + "Run it by hand to see what it prints");
        if (process.ExitCode != 0)
            throw new KubeConfigException(plugin.Origin, $"{plugin.Command} ended with code {process.ExitCode}: {Quote(errors, output)}");
        return Read(plugin, output, errors);
    }

    private static Process Start(ExecPlugin plugin, ApiServerConfiguration config)
    {
        var start = new ProcessStartInfo(plugin.Command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            foreach (var argument in plugin.Arguments) start.ArgumentList.Add(argument);
            foreach (var (name, value) in plugin.Environment) start.Environment[name] = value;
            start.Environment["KUBERNETES_EXEC_INFO"] = Question(plugin, config).ToJsonString();
            return Process.Start(start)!;
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException)
        {
            throw new KubeConfigException(plugin.Origin, $"{plugin.Command} cannot be started: {problem.Message}", problem);
        }
        catch (Win32Exception problem)
        {
            var hint = string.IsNullOrWhiteSpace(plugin.InstallHint) ? "" : $" {plugin.InstallHint.Trim()}";
            throw new KubeConfigException(plugin.Origin, $"{plugin.Command} cannot be started: {problem.Message}.{hint}", problem);
        }
    }

    private static JsonObject Question(ExecPlugin plugin, ApiServerConfiguration config)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (plugin.ProvidesCluster)
        {
            var cluster = new JsonObject { ["server"] = config.Server.OriginalString };
            if (config.TlsServerName is not null) cluster["tls-server-name"] = config.TlsServerName;
            if (config.SkipTlsVerify) cluster["insecure-skip-tls-verify"] = true;
            if (config.AuthorityPem is not null)
                cluster["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(config.AuthorityPem));
            if (config.Proxy is not null) cluster["proxy-url"] = config.Proxy.OriginalString;
            spec["cluster"] = cluster;
        }

        return new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec };
    }

    private static ExecCredentials.Answer Read(ExecPlugin plugin, string output, string errors)
    {
        // What is no JSON is told below together with other things that are not an ExecCredential; the output itself may be a secret.
        var document = JsonText.TryParse(output, out var node, out _) ? node as JsonObject : null;
        if (document is null || Text(document["kind"]) != "ExecCredential")
            throw new KubeConfigException(plugin.Origin,
                $"{plugin.Command} printed {output.Length} characters that are not an ExecCredential; it said: {Quote(errors, output)}");
        if (Text(document["apiVersion"]) is var version && version != plugin.ApiVersion)
            throw new KubeConfigException(plugin.Origin,
                $"{plugin.Command} answered in apiVersion {version}, asked was {plugin.ApiVersion}");

        var status = document["status"] as JsonObject;
        var token = Text(status?["token"]);
        var certificate = Text(status?["clientCertificateData"]);
        if (token is null && certificate is null)
            throw new KubeConfigException(plugin.Origin,
                $"{plugin.Command} gave neither status.token nor status.clientCertificateData; it said: {Quote(errors, output)}");
        return new ExecCredentials.Answer(
            token is null ? null : Bearer(plugin, token),
            certificate is null ? null : ApiServerConfiguration.Pair(certificate, Text(status?["clientKeyData"]), plugin.Origin),
            Expiry(plugin, Text(status?["expirationTimestamp"])));
    }

    private static AuthenticationHeaderValue Bearer(ExecPlugin plugin, string token) => token.AsSpan().ContainsAny('\r', '\n')
        ? throw new KubeConfigException(plugin.Origin, $"{plugin.Command} gave a status.token with a line break")
        : new AuthenticationHeaderValue("Bearer", token);

    private static DateTimeOffset? Expiry(ExecPlugin plugin, string? text)
    {
        if (text is null) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires)
            ? expires
            : throw new KubeConfigException(plugin.Origin,
                $"{plugin.Command}: status.expirationTimestamp: found {text}, allowed is a time such as 2026-01-31T12:00:00Z");
    }

    private static IEnumerable<string> Texts(string output)
    {
        try
        {
            return JsonNode.Parse(output)?["status"] is JsonObject status
                ? [.. status.Select(member => Text(member.Value)).OfType<string>()] : [];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or ArgumentException)
        {
            return [];
        }
    }

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    // What a program prints for us may be a secret wherever it prints it; some log it as well.
    private static string Quote(string errors, string output)
    {
        var values = Texts(output).Concat(output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(value => value.Length >= ShortestSecret);
        var text = ServerText.OneLine(new SecretRedaction(values).Apply(errors), LongestQuote);
        return text.Length == 0 ? "nothing on standard error" : text;
    }
}
