using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Tests.Api;
using Microsoft.AspNetCore.Http;

namespace Canary.Kubernetes.Tests.LeaderElection;

/// <summary>One Lease, kept as an API server keeps it: with a version, and with conflicts.</summary>
internal sealed class FakeLeases
{
    private readonly Lock _gate = new();
    private readonly Queue<RequestDelegate?> _puts = new();
    private JsonObject? _lease;
    private int _version = 100;

    /// <summary>The Lease as it is.</summary>
    public JsonObject? Lease
    {
        get
        {
            lock (_gate) return (JsonObject?)_lease?.DeepClone();
        }
    }

    public string? Holder => (string?)Lease?["spec"]?["holderIdentity"];

    public int Transitions => (int)Lease!["spec"]!["leaseTransitions"]!;

    /// <summary>Whether every request is refused.</summary>
    public bool IsDown { get; private set; }

    public void GoDown() => IsDown = true;

    public void ComeBack() => IsDown = false;

    /// <summary>The next PUT is carried out, but its answer is lost.</summary>
    public void LoseNextAnswer() => _puts.Enqueue(Answers.Drop());

    /// <summary>Somebody else writes.</summary>
    public void Write(string holder, int transitions, string renewed, int seconds = 15)
    {
        lock (_gate)
        {
            _lease ??= new JsonObject
            {
                ["apiVersion"] = "coordination.k8s.io/v1",
                ["kind"] = "Lease",
                ["metadata"] = new JsonObject { ["name"] = "canary", ["namespace"] = "shop" }
            };
            _lease["spec"] = new JsonObject
            {
                ["holderIdentity"] = holder,
                ["leaseTransitions"] = transitions,
                ["renewTime"] = renewed,
                ["acquireTime"] = renewed,
                ["leaseDurationSeconds"] = seconds,
            };
            Stamp();
        }
    }

    public void Label(string name, string value)
    {
        lock (_gate)
        {
            _lease!["metadata"]!["labels"] = new JsonObject { [name] = value };
            Stamp();
        }
    }

    public void Delete()
    {
        lock (_gate) _lease = null;
    }

    public async Task AnswerAsync(HttpContext http)
    {
        if (IsDown)
        {
            await Answers.Status(503, "ServiceUnavailable", "down")(http);
            return;
        }

        await Answer(http)(http);
    }

    private RequestDelegate Answer(HttpContext http)
    {
        lock (_gate)
        {
            var body = (string)http.Items[FakeApi.Body]!;
            if (http.Request.Method == "GET")
                return _lease is null ? Answers.Status(404, "NotFound", "no lease") : Answers.Json(_lease.ToJsonString());

            var asked = (JsonObject)JsonNode.Parse(body)!;
            if ((long?)asked["spec"]!["leaseTransitions"] is < 0 or > int.MaxValue)
                return Answers.Status(400, "BadRequest",
                    "cannot unmarshal number into Go struct field LeaseSpec.spec.leaseTransitions of type int32");
            if (http.Request.Method == "POST")
            {
                if (_lease is not null) return Answers.Status(409, "AlreadyExists", "there is one");
                _lease = asked;
                Stamp();
                return Answers.Json(201, _lease.ToJsonString());
            }

            if (_lease is null) return Answers.Status(404, "NotFound", "no lease");
            if ((string?)asked["metadata"]!["resourceVersion"] != (string?)_lease["metadata"]!["resourceVersion"])
                return Answers.Status(409, "Conflict", "modified");
            _lease = asked;
            Stamp();
            return _puts.TryDequeue(out var scenario) && scenario is not null ? scenario : Answers.Json(_lease.ToJsonString());
        }
    }

    private void Stamp() => _lease!["metadata"]!["resourceVersion"] = $"{++_version}";
}
