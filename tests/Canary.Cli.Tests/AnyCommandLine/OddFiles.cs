using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Canary.Testing;

namespace Canary.Cli.Tests.AnyCommandLine;

/// <summary>A folder with good and odd files: kubeconfigs of every server, kubeconfigs that cannot be read, templates, Rollouts, and
/// folders with the names of files.</summary>
internal sealed class OddFiles : IDisposable
{
    private string Folder { get; } = Directory.CreateTempSubdirectory("canary-lines-").FullName;

    public OddFiles(IReadOnlyDictionary<string, OddServer> servers)
    {
        var written = new List<string>();
        foreach (var (name, server) in servers) written.Add(Write($"{name}.kubeconfig", Config(server.Address)));
        written.Add(Write("nobody.kubeconfig", Config("http://127.0.0.1:1")));
        written.Add(Write("tls.kubeconfig", Config(servers["good"].Address.Replace("http:", "https:", StringComparison.Ordinal))));
        written.Add(Write("no-address.kubeconfig", Config("::::")));
        written.Add(Write("scheme.kubeconfig", Config("ftp://127.0.0.1")));
        written.Add(Write("exec.kubeconfig", Config(servers["good"].Address)
            .Replace("user: {}", "user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: no-such-program } }",
                StringComparison.Ordinal)));
        written.Add(Write("authority.kubeconfig", Config("https://127.0.0.1:1")
            .Replace("cluster: {", "cluster: { certificate-authority-data: '!!',", StringComparison.Ordinal)));
        written.Add(Write("no-context.kubeconfig", Config(servers["good"].Address)
            .Replace("current-context: here", "current-context: there", StringComparison.Ordinal)));
        written.Add(Write("empty.yaml", ""));
        written.Add(Write("list.yaml", "[1, 2]"));
        written.Add(Write("text.yaml", "just words"));
        written.Add(Write("no-yaml.yaml", "a: [b\n\tc: }"));
        written.Add(Write("bytes.yaml", "\0\u0001\u0002\ud7ff\ufffe"));
        written.Add(Write("alias.yaml", "a: &a [*a]"));
        written.Add(Write("other.yaml", "kind: Service\nmetadata: { name: x }"));
        written.Add(Write("odd-template.yaml", "kind: AnalysisTemplate\nmetadata: 7\nspec: [1]"));
        written.Add(Write("odd-rollout.yaml",
            "apiVersion: canary.delivery/v1alpha1\nkind: Rollout\nmetadata: { name: [x] }\nspec: { strategy: 5 }"));
        foreach (var file in new[] { "deploy/samples/3-rollout.yaml", "analysis-templates/istio-red.yaml",
            "analysis-templates/versus-stable.yaml" }) written.Add(RepositoryFolder.PathTo(file));
        written.Add(Directory.CreateDirectory(Path.Combine(Folder, "folder.yaml")).FullName);
        written.Add(Folder);
        Files = written;
        Good = Path.Combine(Folder, "good.kubeconfig");
    }

    public IReadOnlyList<string> Files { get; }

    /// <summary>The kubeconfig of the server that answers as it should.</summary>
    public string Good { get; }

    /// <summary>Values that fit, by the option or argument that takes them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Values(IReadOnlyDictionary<string, OddServer> servers)
    {
        string[] yaml = [.. Files.Where(file => !file.EndsWith(".kubeconfig", StringComparison.Ordinal))],
            addresses = [.. servers.Values.Select(server => server.Address)], times = ["30m", "2h", "5m", "1h"];
        return new Dictionary<string, IReadOnlyList<string>>
        {
            ["ROLLOUT"] = ["checkout"],
            ["WHAT"] = ["rollouts", "runs", "templates", "clustertemplates"],
            ["FILE"] = yaml,
            ["--kubeconfig"] = [Good, Good, .. Files.Where(file => file.EndsWith(".kubeconfig", StringComparison.Ordinal))],
            ["--context"] = ["here"],
            ["--namespace"] = ["shop"],
            ["--filename"] = yaml,
            ["--prometheus"] = [.. addresses, servers["prometheus"].Address, servers["prometheus"].Address],
            ["--output"] = ["json", "yaml", "text", "wide", "name", "svg"],
            ["--timeout"] = ["1", "30", "0.5", "5m"],
            ["--arg"] = ["service=checkout", "interval=5s"],
            ["--from"] = times,
            ["--to"] = ["0s", "1m"],
            ["--step"] = ["1m", "10m"],
            ["--window"] = times,
            ["--within"] = times,
            ["--length"] = times,
            ["--scrape-interval"] = ["15s"],
            ["--metric"] = ["error-rate"],
            ["--template"] = ["smoke"],
            ["--cluster-template"] = ["smoke"],
            ["--version"] = ["5.0.0"],
            ["--error-rate"] = ["0.02"],
            ["--latency"] = ["80ms"],
            ["--deployment"] = ["shop/checkout-canary"],
            ["--state"] = [Folder],
            ["--label"] = ["severity=critical"],
            ["NAME"] = ["CheckoutErrors"],
            ["--name"] = ["run", "run-"],
            ["--selector"] = ["app=checkout"],
            ["--reason"] = ["because", "- why not"],
            ["--output-file"] = [Path.Combine(Folder, "out"), Folder, Path.Combine(Folder, "no", "such", "folder")],
        };
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Config(string server) => $$"""
        apiVersion: v1
        kind: Config
        current-context: here
        clusters: [{ name: here, cluster: { server: "{{server}}" } }]
        users: [{ name: here, user: {} }]
        contexts: [{ name: here, context: { cluster: here, user: here, namespace: shop } }]
        """;
}
