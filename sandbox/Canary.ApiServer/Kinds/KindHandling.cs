using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Http;

namespace Canary.ApiServer.Kinds;

/// <summary>What one kind does beyond its schema, when it is written. The defaults are those of most built-in kinds.</summary>
internal class KindHandling
{
    public static readonly KindHandling Plain = new();

    /// <summary>Counts changes of anything but metadata and status in <c>metadata.generation</c>.</summary>
    public virtual bool HasGeneration => false;

    /// <summary>Annotations count for the generation as the spec does.</summary>
    public virtual bool CountsAnnotations => false;

    /// <summary>A PUT without resourceVersion replaces whatever is there.</summary>
    public virtual bool AllowsUnconditionalUpdate => true;

    /// <summary>A PUT of what is not there creates it.</summary>
    public virtual bool CreatesOnUpdate => false;

    /// <summary>DELETE answers with the object rather than with a Status.</summary>
    public virtual bool AnswersDeletionWithObject => false;

    /// <summary>Not stored: created for its answer only.</summary>
    public virtual bool IsReview => false;

    /// <summary>A write to /status may change metadata too: so for built-in kinds, never for custom ones.</summary>
    public virtual bool KeepsMetadataOnStatus => false;

    public virtual bool Allows(string verb) => true;

    /// <summary>The status of a fresh object; null for none.</summary>
    public virtual JsonObject? InitialStatus(JsonObject obj) => null;

    public virtual void PrepareCreate(JsonObject obj, bool isDryRun)
    {
    }

    public virtual void PrepareUpdate(JsonObject obj, JsonObject old)
    {
    }

    public virtual void Validate(JsonObject obj, JsonObject? old, List<FieldCause> causes)
    {
    }

    /// <summary>After the object was written for good; not on a dry run.</summary>
    public virtual void Stored(JsonObject obj)
    {
    }

    public virtual void Removed(JsonObject obj)
    {
    }
}
