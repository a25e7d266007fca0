using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>Arguments: of a template, and those that are given to one.</summary>
internal static class ArgumentMapping
{
    private static readonly string[] Sources = ["secretKeyRef", "fieldRef", "podTemplateHashValue"];

    /// <summary>An argument; without a value and a source it must be given by somebody else.</summary>
    public static Argument Read(FieldReader item)
    {
        var argument = new Argument(item.RequiredText("name", "the name of the argument is needed"), item.Text("value"));
        if (!item.Has("valueFrom")) return argument;
        if (argument.Value is not null) item.Fail("valueFrom", "value is given too; one or the other says the value");
        return argument with { From = ReadSource(item.Child("valueFrom")) };
    }

    /// <summary>An argument that must have a value or a source.</summary>
    public static Argument ReadGiven(FieldReader item)
    {
        if (!item.Has("value") && !item.Has("valueFrom"))
            item.Fail("value", "it is missing; the value of the argument is needed, or valueFrom");
        return Read(item);
    }

    public static JsonObject Write(Argument argument) =>
        new JsonObject { ["name"] = argument.Name }.Put("value", argument.Value).Put("valueFrom", argument.From switch
        {
            null => null,
            ArgumentSource.FromSecret secret =>
                new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = secret.Name, ["key"] = secret.Key } },
            ArgumentSource.FromField field => new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = field.Path } },
            ArgumentSource.FromRevision revision =>
                new JsonObject { ["podTemplateHashValue"] = revision.Side == RedSide.Stable ? "Stable" : "Latest" },
            _ => throw new System.Diagnostics.UnreachableException(),
        });

    private static ArgumentSource? ReadSource(FieldReader source)
    {
        if (!source.IsPresent) return null;
        string[] given = [.. Sources.Where(source.Has)];
        if (given.Length != 1)
        {
            source.Fail("",
                $"it has {(given.Length == 0 ? "none" : string.Join(" and ", given))}; exactly one of {string.Join(", ", Sources)} is "
                    + "needed");
            return null;
        }

        switch (given[0])
        {
            case "secretKeyRef":
                var secret = source.Child("secretKeyRef");
                return new ArgumentSource.FromSecret(secret.RequiredText("name", "the name of a Secret is needed"),
                    secret.RequiredText("key", "a key of the Secret is needed"));
            case "fieldRef":
                return new ArgumentSource.FromField(source.Child("fieldRef")
                    .RequiredText("fieldPath", "the path of a field of the Rollout is needed"));
            default:
                var side = source.Text("podTemplateHashValue");
                if (side is not ("Stable" or "Latest"))
                    source.Fail("podTemplateHashValue", $"it is '{side}'; allowed are Stable and Latest");
                return new ArgumentSource.FromRevision(side == "Stable" ? RedSide.Stable : RedSide.Canary);
        }
    }
}
