using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis.Answers;
using Canary.Engine.Alerts;
using Canary.Engine.Passes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Testing;

namespace Canary.Kubernetes.Tests.Faults;

/// <summary>
/// One rollout, its controllers, and everything that people, pods, alerts, measurements and a bad network do to it in a few minutes,
/// decided by a seed. Whatever happens, no weight stays above what the status says for longer than one pass that went through; none rises
/// at all while nothing is released, or once the Rollout is deleted; and at the end everything comes to rest at stable.
/// </summary>
internal sealed class FaultSchedule
{
    private const string Spec = """
        metadata: { name: checkout, namespace: shop }
        spec:
          progressDeadline: 40s
          alerts: [{ matchLabels: { severity: critical } }]
          traffic:
            stable: { service: checkout-stable, workload: { name: checkout-stable } }
            canary: { service: checkout-canary, workload: { name: checkout-canary } }
            istio: { virtualServices: [{ name: checkout, routes: [primary] }, { name: second }] }
          strategy:
            canary:
              steps: [{ setWeight: 20 }, { pause: { duration: 4s } }, { setWeight: 60 }, { pause: { duration: 6s } }, { setWeight: 30 }, { pause: { duration: 3s } }]
        """;

    private const string Analysed = "\n      analysis: { templates: [{ templateName: smoke }] }";

    private const string Template = """
        metadata: { name: smoke, namespace: shop }
        spec:
          metrics:
          - { name: errors, interval: 5s, failureLimit: 0, successCondition: "result[0] < 0.01", provider: { prometheus: { query: errors } } }
        """;

    private static readonly JsonObject Plain = Yaml.Object(Spec);
    private static readonly JsonObject _analysed = Yaml.Object(Spec + Analysed);
    private static readonly JsonObject[] Objects =
    [
        .. new[] { "stable",
            "canary" }.Select(
            side =>
                Yaml.Object(
                    $"{{ kind: Service, metadata: {{ name: checkout-{side}, namespace: shop }}, spec: {{ selector: {{ app: checkout, "
                        + $"side: {side} }} }} }}")),
        .. new[] { "stable", "canary" }.Select(side => Kind("Deployment", Shop.Deployment(side, "1.0.0"))),
        .. new[] { "stable", "canary" }.Select(side => Kind("EndpointSlice", Slice(side))),
        .. new[] { "stable",
            "canary" }.Select(side => Kind("ReplicaSet", Owned($"checkout-{side}-1", side, "Deployment", $"checkout-{side}"))),
        .. new[] { "stable", "canary" }.Select(side => Kind("Pod", Owned($"pod-{side}", side, "ReplicaSet", $"checkout-{side}-1"))),
        Kind("VirtualService", Shop.VirtualService),
        Kind("VirtualService",
            Shop.VirtualService.Replace("metadata: { name: checkout,", "metadata: { name: second,", StringComparison.Ordinal)),
        Kind("AnalysisTemplate", Template),
    ];

    private static readonly ResourceKind[] Kinds = [KnownKinds.Services, KnownKinds.Deployments, KnownKinds.EndpointSlices,
        KnownKinds.ReplicaSets, KnownKinds.Pods, IstioKinds.VirtualServices, KnownKinds.AnalysisTemplates];

    private static readonly string[] Routes = ["checkout", "second"];

    private readonly int _seed;
    private readonly bool _isTelling;
    private readonly Random _dice;
    private readonly Timeline _timeline = new(new ManualTime());
    private readonly InMemoryApi _api = new();
    private readonly List<SimulatedProcess> _processes = [];
    private readonly List<string> _story = [];
    private readonly Dictionary<(SimulatedProcess Process, string Plural), DateTimeOffset> _seenUntil = [];
    private readonly HashSet<SimulatedProcess> _behind = [];
    private readonly Dictionary<SimulatedProcess, int> _onTheWay = [];
    private readonly Dictionary<string, long> _weights = Routes.ToDictionary(route => route, _ => 0L);
    private long _term;
    private int _requests;
    private bool _isKind;
    private DateTimeOffset? _aboveSince;
    private string? _violation;

    /// <param name="seed">Decides everything.</param>
    /// <param name="isTelling">What happens is written down.</param>
    public FaultSchedule(int seed, bool isTelling)
    {
        (_seed, _isTelling) = (seed, isTelling);
        _dice = new Random(seed);
        _api.Changed += OnChange;
        foreach (var document in Objects) _api.Put(Kinds.Single(kind => kind.Kind == Json.Text(document, "kind")), document);
        Make();
        StartProcess();
    }

    /// <summary>Writes that went wrong.</summary>
    public int Faults => _processes.Sum(process => process.Proxy.Faults);

    /// <summary>Passes that ended.</summary>
    public int Passes { get; private set; }

    /// <summary>Those of the leader that saw the world as it was and wrote without a fault: after these no weight may be above the
    /// status.</summary>
    public int Judged { get; private set; }

    /// <summary>How often a route gave the canary more than before.</summary>
    public int Raises { get; private set; }

    /// <summary>Releases that ended in stable's template.</summary>
    public int Promotions { get; private set; }

    /// <summary>How often a late or doubled write put a weight above the status, for less than a pass.</summary>
    public int Overtakings { get; private set; }

    /// <summary>What happened, newest last.</summary>
    public string Story => string.Join('\n', _story.TakeLast(400));

    private JsonObject? Rollout => _api.Find(KnownKinds.Rollouts, "checkout");

    private SimulatedProcess Leader => _processes[^1];

    /// <summary>Lives through it.</summary>
    /// <returns>What was wrong; null: nothing.</returns>
    public string? Run()
    {
        var end = _timeline.Now.AddSeconds(_dice.Next(40, 160));
        for (var at = _timeline.Now; at < end; at = at.AddMilliseconds(_dice.Next(500, 18_000))) _timeline.In(at - _timeline.Now, Strike);
        Live(() => _timeline.Now >= end);
        if (_violation is not null) return _violation;

        // From here on the network is good. What is on its way arrives all the same.
        _isKind = true;
        foreach (var process in _processes) process.Proxy.FaultRate = 0;
        if (Leader.IsDead) StartProcess();
        Leader.Value = 0.001;
        Leader.Alerts.Hear([new HeardAlert([new Label("severity", "critical")], _timeline.Now, false)]);
        SetReady(true);
        Ask("abort");
        var limit = _timeline.Now.AddMinutes(12);
        Live(() => _timeline.Now >= limit || (IsAtRest() && _timeline.Next is null));
        return _violation
            ?? (IsAtRest() ? null
                : $"it does not come to rest: {Text("phase")} {Text("message")}; weights {string.Join("/", _weights.Values)}");
    }

    private static string Slice(string side) =>
        Shop.Slice($"checkout-{side}-a", $"checkout-{side}",
            $"{{ addresses: [10.0.0.{(side == "stable" ? 1 : 2)}], conditions: {{ ready: true }}, targetRef: {{ kind: Pod, name: "
                + $"pod-{side} }} }}");

    private static string Owned(string name, string side, string owner, string ownersName) => $$"""
        metadata:
          name: {{name}}
          namespace: shop
          labels: { app: checkout, side: {{side}} }
          ownerReferences: [{ apiVersion: apps/v1, kind: {{owner}}, name: {{ownersName}}, uid: {{InMemoryApi.UidOf(owner, ownersName)}}, controller: true }]
        """;

    private static JsonObject Kind(string kind, string yaml)
    {
        var document = Yaml.Object(yaml);
        document["kind"] = kind;
        return document;
    }

    private string? Text(params string[] path) => Json.Text(Rollout, ["status", .. path]);

    private void Make()
    {
        _api.Put(KnownKinds.Rollouts, _dice.Next(2) == 0 ? _analysed : Plain);
        Tell("the Rollout is made");
    }

    private void StartProcess()
    {
        _term++;
        var process = new SimulatedProcess(_api, _timeline, new Random(_dice.Next()), _term, () => _term, Tell) { Value = 0.001 };
        if (_isKind) process.Proxy.FaultRate = 0;
        _processes.Add(process);
        Tell($"process {_term} leads");
    }

    private void Live(Func<bool> isOver)
    {
        for (var turns = 0; !isOver() && _violation is null; turns++)
        {
            if (turns > 20_000) throw new InvalidOperationException($"seed {_seed}: no end of passes\n{Story}");
            foreach (var process in _processes.Where(process => process.IsDue).ToArray())
            {
                // Changes that its watch has not brought yet are not in what it sees.
                if (_onTheWay.GetValueOrDefault(process) == 0) _behind.Remove(process);
                process.Start();
            }

            foreach (var process in _processes.Where(process => process.Pass is { IsCompleted: true }).ToArray()) End(process);
            if (_processes.Any(process => process.IsDue)) continue;
            var next = _timeline.Now.AddSeconds(1);
            foreach (var process in _processes)
            {
                if (!process.IsDead && process.Pass is null && process.WakeAt < next) next = process.WakeAt.Value;
            }

            if (_timeline.Next < next) next = _timeline.Next.Value;
            _timeline.MoveTo(next);
        }
    }

    private void End(SimulatedProcess process)
    {
        var faults = process.Proxy.Faults - process.FaultsBefore;
        var result = process.End();
        Passes++;
        if (_isTelling)
            Tell(
                $"pass of {_processes.IndexOf(process) + 1}: {result?.GetType().Name ?? "threw"} {(result as PassResult.Done)?.Situation} "
                    + $"{(result as PassResult.Failed)?.Reason}, {faults} faults");
        if (Rollout is null || _weights.Values.Max() <= Desired()) _aboveSince = null;
        else _aboveSince ??= _timeline.Now;
        // A pass that saw the world as it was and wrote without a fault leaves no weight above the status. What failed is tried again after
        // 30 s at most.
        if (process != Leader || faults > 0 || result is not PassResult.Done || _behind.Contains(process) || process.IsPulled) return;
        Judged++;
        var isBackedOff = process.Proxy.LastFaultAt is { } last && _timeline.Now - last < TimeSpan.FromSeconds(31);
        if (_aboveSince is not null && !isBackedOff)
            _violation = $"a whole pass left weights {string.Join("/", _weights.Values)}, and the status says {Desired()}";
    }

    private double Desired() => (double?)Rollout?["status"]?["weights"]?["desired"] ?? 0;

    private void OnChange(string plural, ChangeKind kind, JsonObject document)
    {
        if (_isTelling) Tell($"{plural} {Json.Name(document)} {kind} {Describe(plural, document)}");
        if (plural == "virtualservices") Judge(document);
        if (plural == "deployments") Follow(document);
        if (plural == "rollouts" && kind is ChangeKind.Deleted) Gone();
        foreach (var process in _processes.Where(one => !one.IsDead))
        {
            var delay = TimeSpan.FromMilliseconds(_isKind || _dice.Next(5) > 0 ? 1 : _dice.Next(4000));
            var at = _timeline.Now + delay;
            if (_seenUntil.TryGetValue((process, plural), out var last) && last > at) at = last;
            _seenUntil[(process, plural)] = at;
            var copy = (JsonObject)document.DeepClone();
            if (plural is not ("virtualservices" or "rollouts") || process.Proxy.IsAnswering)
            {
                _timeline.In(at - _timeline.Now, () => process.See(plural, kind, copy));
                continue;
            }

            _behind.Add(process);
            _onTheWay[process] = _onTheWay.GetValueOrDefault(process) + 1;
            _timeline.In(at - _timeline.Now, () =>
            {
                _onTheWay[process]--;
                process.See(plural, kind, copy);
            });
        }
    }

    private static string Describe(string plural, JsonObject document) => plural switch
    {
        "virtualservices" => $"{Weight(document)} claim {Json.Text(document, "metadata", "annotations", "canary.delivery/claim")}",
        "rollouts" =>
            $"{Json.Text(document, "status", "phase")} desired {document["status"]?["weights"]?["desired"]} sequence "
                + $"{document["status"]?["writeSequence"]}/{document["status"]?["fencedSequence"]}",
        "deployments" => $"{Image(document)} claim {Json.Text(document, "metadata", "annotations", "canary.delivery/claim")}",
        _ => "",
    };

    private static long Weight(JsonObject route) => Json.Whole(route["spec"]!["http"]![0]!["route"]![1], "weight") ?? 0;

    private static string Image(JsonNode deployment) => (string)deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!;

    /// <summary>A weight changed: may it be what it is?</summary>
    private void Judge(JsonObject route)
    {
        var (name, weight) = (Json.Name(route), Weight(route));
        var before = _weights[name];
        _weights[name] = weight;
        if (weight > before) Raises++;
        if (weight <= before || weight <= Desired()) return;
        Overtakings++;
        if (Rollout is null) _violation = $"{name} rose from {before} to {weight} after the Rollout was gone";
        else if (Json.Text(Rollout, "status", "startedAt") is null)
            _violation = $"{name} rose from {before} to {weight} while nothing is released ({Text("phase")})";
    }

    /// <summary>Deployments roll out after a while; what was rolled back is not promoted.</summary>
    private void Follow(JsonObject deployment)
    {
        var generation = Json.Whole(deployment, "metadata", "generation");
        if (Json.Name(deployment) == "checkout-stable" && Rollout is { } rollout && Json.Text(rollout, "status", "phase") == "RolledBack"
            && rollout["status"]?["startedAt"] is null
            && Json.Whole(deployment, "status", "observedGeneration") != generation)
            _violation = $"stable got {Image(deployment)} after the rollout was rolled back";
        if (Json.Whole(deployment, "status", "observedGeneration") == generation) return;
        if (Json.Name(deployment) == "checkout-stable") Promotions++;
        _timeline.In(TimeSpan.FromSeconds(2),
            () => _api.Edit(KnownKinds.Deployments, Json.Name(deployment), one => one["status"]!["observedGeneration"] = generation));
    }

    private void Gone()
    {
        if (_weights.Values.Any(weight => weight > 0))
            _violation = $"the Rollout is gone, and the weights are {string.Join("/", _weights.Values)}";
        if (_dice.Next(2) == 0) _timeline.In(TimeSpan.FromMilliseconds(_dice.Next(8000)), Make);
    }

    private bool IsAtRest() =>
        _weights.Values.All(weight => weight == 0)
        && (Rollout is null
            || (Text("phase") is "Healthy" or "RolledBack" && Rollout["status"]?["startedAt"] is null
                && Rollout["metadata"]?["deletionTimestamp"] is null))
        && Leader is { Pass: null, IsDue: false, WakeAt: null };

    private void Strike()
    {
        if (_isKind) return;
        switch (_dice.Next(22))
        {
            case 0 or 1 or 2 or 3 or 4:
                var image = $"registry.example.com/checkout:{_dice.Next(1, 5)}.0.0";
                _api.Edit(KnownKinds.Deployments, "checkout-canary",
                    one => one["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);
                break;
            case 5 or 6 or 7:
                Ask("abort");
                break;
            case 8 or 9:
                Ask("promoteFull");
                break;
            case 10:
                Ask(new[] { "pause", "resume", "retry", "promote" }[_dice.Next(4)]);
                break;
            case 11 or 12:
                SetReady(false);
                _timeline.In(TimeSpan.FromSeconds(_dice.Next(2, 60)), () => SetReady(true));
                break;
            case 13 or 14:
                Leader.Value = 0.5;
                _timeline.In(TimeSpan.FromSeconds(12), () => Leader.Value = 0.001);
                break;
            case 15:
                Leader.Alerts.Hear([new HeardAlert([new Label("severity", "critical")], _timeline.Now, true)]);
                _timeline.In(TimeSpan.FromSeconds(5),
                    () => Leader.Alerts.Hear([new HeardAlert([new Label("severity", "critical")], _timeline.Now, false)]));
                break;
            case 16 or 17 or 18:
                Leader.Kill();
                Tell("the leader is killed");
                _timeline.In(TimeSpan.FromMilliseconds(_dice.Next(15_000)), Replace);
                break;
            case 19:
                // The former leader has lost its Lease and does not know yet.
                var former = Leader;
                StartProcess();
                _timeline.In(TimeSpan.FromMilliseconds(_dice.Next(10_000)), former.Depose);
                break;
            case 20 when Rollout is not null:
                Tell("the Rollout is deleted");
                _api.Handle("DELETE", KnownKinds.Rollouts.Path("shop", "checkout", null), null);
                break;
            default:
                break;
        }
    }

    private void Replace()
    {
        if (Leader.IsDead) StartProcess();
    }

    private void SetReady(bool isReady)
    {
        Tell($"the canary's pod is {(isReady ? "ready" : "not ready")}");
        _api.Edit(KnownKinds.EndpointSlices, "checkout-canary-a", one => one["endpoints"]![0]!["conditions"]!["ready"] = isReady);
    }

    private void Ask(string action)
    {
        Tell($"somebody asks for {action}");
        var request = new JsonObject { ["id"] = $"r{_requests++}", ["action"] = action, ["by"] = "ann" }.ToJsonString();
        _api.Edit(KnownKinds.Rollouts, "checkout",
            one => one["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/request"] = request });
    }

    private void Tell(string what)
    {
        if (_isTelling) _story.Add($"{_timeline.Now:HH:mm:ss.fff} {what}");
    }
}
