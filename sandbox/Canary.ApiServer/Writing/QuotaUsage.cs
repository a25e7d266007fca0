using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Expressions.Values;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Writing;

/// <summary>How much of the resources that a ResourceQuota names one object uses, and all objects of a namespace.</summary>
/// <remarks>Known are the compute resources of pods, and the number of objects as <c>count/deployments.apps</c> or, in the core group, as
/// <c>pods</c>. Other names are never used up, as on a server that has no such resource.</remarks>
internal static class QuotaUsage
{
    /// <summary>What the object uses of the named resources; those of which it uses nothing are left out.</summary>
    public static Dictionary<string, BigInteger> Read(ServedResource resource, JsonObject obj, IEnumerable<string> names)
    {
        var used = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
        var isPod = resource is { Group: "", Plural: "pods" };
        if (isPod && obj.Child("status")?.Text("phase") is "Succeeded" or "Failed")
            return used;
        foreach (var name in names)
        {
            var amount = name == resource.Plural && resource.Group.Length == 0 || name == $"count/{Qualified(resource)}" ? Nanos("1")
                : isPod && Compute(name) is var (list, compute) ? Sum(obj, list, compute) : 0;
            if (amount > 0)
                used[name] = amount;
        }

        return used;
    }

    /// <summary>What all objects of the namespace use of one resource.</summary>
    public static BigInteger Total(ResourceCatalogue catalogue, string ns, string name)
    {
        var counted = name.StartsWith("count/", StringComparison.Ordinal) ? name["count/".Length..] : name;
        var plural = Compute(name) is null ? counted : "pods";
        var resource = catalogue.Served.FirstOrDefault(one => one.IsNamespaced && one.Form is null && Qualified(one) == plural);
        if (resource is null)
            return 0;
        return resource.Objects.Objects.Values.Where(stored => stored.Json.Namespace() == ns)
            .Aggregate(BigInteger.Zero, (sum, stored) => sum + Read(resource, stored.Json, [name]).GetValueOrDefault(name));
    }

    /// <summary>The compute resource that a name of a quota stands for, and where a container says how much of it.</summary>
    public static (string List, string Resource)? Compute(string name) => name switch
    {
        "cpu" or "memory" => ("requests", name),
        "requests.cpu" or "limits.cpu" or "requests.memory" or "limits.memory" => (name.Split('.')[0], name.Split('.')[1]),
        _ => null,
    };

    public static BigInteger Nanos(string quantity) => QuantityValue.Read(quantity)?.Nanos ?? 0;

    /// <summary>As the server prints it: <c>500m</c>, <c>2</c>, <c>1Gi</c>.</summary>
    public static string Text(string name, BigInteger nanos)
    {
        var billion = new BigInteger(1_000_000_000);
        if (nanos % billion != 0)
            return $"{(nanos + 999_999) / 1_000_000}m";
        var whole = nanos / billion;
        var suffix = 0;
        for (; name.EndsWith("memory", StringComparison.Ordinal) && whole != 0 && suffix < 4 && whole % 1024 == 0; suffix++)
            whole /= 1024;
        return $"{whole}{((string[])["", "Ki", "Mi", "Gi", "Ti"])[suffix]}";
    }

    private static string Qualified(ServedResource resource) =>
        resource.Group.Length == 0 ? resource.Plural : $"{resource.Plural}.{resource.Group}";

    private static BigInteger Sum(JsonObject pod, string list, string compute) =>
        (pod.Child("spec")?.Children("containers") ?? []).Aggregate(BigInteger.Zero, (sum, container) =>
            sum + (container.Child("resources", list)?[compute] is { } amount ? Nanos(amount.ToString()) : 0));
}
