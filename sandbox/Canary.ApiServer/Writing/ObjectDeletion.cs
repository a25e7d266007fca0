using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Kinds;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Writing;

/// <summary>Takes objects away, or marks them where something has to happen first. Called inside the gate of the store.</summary>
internal sealed class ObjectDeletion(ObjectCreation creation, ObjectUpdate update, TimeProvider clock)
{
    public const string Foreground = "foregroundDeletion";
    public const string Orphan = "orphan";
    public const string DefinitionCleanup = "customresourcecleanup.apiextensions.k8s.io";

    /// <returns>The object that is left to look at, or a Status when the kind answers with one.</returns>
    public JsonObject Delete(ServedResource resource, StoredObject stored, DeletionRequest options)
    {
        CheckPreconditions(resource, stored, options);
        var view = resource.View(stored);
        var marked = Mark(resource, view.Copy(), options);
        if (marked.Finalizers().Count == 0 && !Lingers(resource, marked))
        {
            if (!options.IsDryRun)
                update.Remove(resource, stored);
            return resource.Handling.AnswersDeletionWithObject ? view
                : Statuses.Deleted(resource.Group, resource.Plural, view.Name(), view.Uid());
        }

        if (options.IsDryRun || JsonNode.DeepEquals(marked, view))
            return marked;

        var written = creation.Store(resource, stored.Key, marked);
        return resource.View(written);
    }

    private static void CheckPreconditions(ServedResource resource, StoredObject stored, DeletionRequest options)
    {
        var obj = stored.Json;
        if (options.Uid is { } uid && uid != obj.Uid())
        {
            throw ApiRefusal.Conflict(
                resource.Group,
                resource.Kind,
                obj.Name(),
                $"the UID in the precondition ({uid}) does not match the UID in record ({obj.Uid()}). The object might have been deleted "
                    + "and then recreated");
        }

        if (options.ResourceVersion is { } version && version != obj.ResourceVersion())
        {
            throw ApiRefusal.Conflict(
                resource.Group,
                resource.Kind,
                obj.Name(),
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record "
                    + $"({obj.ResourceVersion()}). "
                + "The object might have been modified");
        }
    }

    private JsonObject Mark(ServedResource resource, JsonObject obj, DeletionRequest options)
    {
        var finalizers = new List<string>(obj.Finalizers());
        if (options.Propagation is not null)
            finalizers.RemoveAll(f => f is Foreground or Orphan);
        if (options.Propagation == Propagation.Foreground)
            finalizers.Add(Foreground);
        if (options.Propagation == Propagation.Orphan)
            finalizers.Add(Orphan);
        var isDefinition = resource.Handling is DefinitionHandling;
        if (isDefinition && !finalizers.Contains(DefinitionCleanup))
            finalizers.Add(DefinitionCleanup);

        var metadata = obj.Metadata();
        if (finalizers.Count > 0)
            metadata["finalizers"] = finalizers.ToJsonArray();

        var grace = GraceOf(resource, obj, options);
        if (obj.IsTerminating())
        {
            // A second deletion can only shorten the time that a pod is given.
            if (resource.Handling is PodHandling && grace < (metadata.Whole("deletionGracePeriodSeconds") ?? 0))
                metadata["deletionGracePeriodSeconds"] = grace;
            return obj;
        }

        metadata["deletionTimestamp"] = clock.GetUtcNow().AddSeconds(grace).ToTimestamp();
        if (isDefinition)
            Condition(obj, "InstanceDeletionPending",
                "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon");
        else if (resource.Handling is NamespaceHandling)
            obj["status"] = new JsonObject { ["phase"] = "Terminating" };
        else
            metadata["deletionGracePeriodSeconds"] = grace;
        if (obj.Generation() > 0 && !isDefinition)
            metadata["generation"] = obj.Generation() + 1;
        return obj;
    }

    /// <summary>Sets the condition by which a definition tells how far its deletion is.</summary>
    public void Condition(JsonObject definition, string reason, string message)
    {
        if (definition["status"] is not JsonObject status)
            definition["status"] = status = [];
        var others = status.Children("conditions").Where(c => c.Text("type") != "Terminating").Select(c => (JsonNode?)c.DeepClone());
        var condition = new JsonObject
        {
            ["type"] = "Terminating",
            ["status"] = "True",
            ["lastTransitionTime"] = clock.GetUtcNow().ToTimestamp(),
            ["reason"] = reason,
            ["message"] = message,
        };
        status["conditions"] = new JsonArray([.. others, condition]);
    }

    // A pod that runs somewhere is given time; its kubelet takes it away with a grace period of zero.
    private static long GraceOf(ServedResource resource, JsonObject obj, DeletionRequest options)
    {
        var isRunning = resource.Handling is PodHandling && obj.Child("spec")?.Text("nodeName") is { Length: > 0 };
        if (!isRunning || obj.Child("status")?.Text("phase") is "Succeeded" or "Failed")
            return 0;
        return Math.Max(0, options.GracePeriodSeconds ?? obj.Child("spec")?.Whole("terminationGracePeriodSeconds") ?? 30);
    }

    private static bool Lingers(ServedResource resource, JsonObject marked) => resource.Handling switch
    {
        NamespaceHandling => marked.Child("spec")?.Texts("finalizers").Any() == true,
        PodHandling => (marked.Child("metadata")?.Whole("deletionGracePeriodSeconds") ?? 0) > 0,
        _ => false,
    };
}
