using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>Custom resources that a real API server accepted, completed or refused.</summary>
public sealed class GivenARecordedValidation
{
    [Test]
    public void WhenARolloutIsCreated_ThenItIsCompletedOrRefusedLikeThere()
    {
        var schema = Recording.Rollout();
        var compared = 0;

        Assert.Multiple(() =>
        {
            foreach (var line in Creations("08-validation.jsonl").Concat(Creations("02-crud.jsonl")).Where(line => !NeedsMore(line)))
            {
                Compare(line, schema);
                compared++;
            }
        });

        Assert.That(compared, Is.GreaterThan(60));
    }

    private static IEnumerable<RecordedLine> Creations(string file) => Recording.Lines(file).Where(line =>
        line.Method == "POST" && line.Path.EndsWith("/rollouts", StringComparison.Ordinal) && line.RequestBody is JsonObject
        && line.Status is 201 or 422
        && line.Method == "POST" && line.RequestBody.Member("kind").Text() == "Rollout" && line.Query("fieldValidation") is null or "Warn"
        && line.Query("dryRun") is null or "All");

    /// <summary>Refused for the query, or by a schema that was changed for a few lines.</summary>
    private static bool NeedsMore(RecordedLine line) => line.Step == "fieldManager too long" || line.Body.At("spec", "late") is not null;

    private static (JsonObject Object, IReadOnlyList<FieldError> Errors, IReadOnlyList<string> Unknown) Validated(RecordedLine line,
        ObjectSchema schema)
    {
        var obj = (JsonObject)line.RequestBody!;
        obj.Remove("status");
        var unknown = schema.UnknownFields(obj);
        schema.Prune(obj);
        schema.Default(obj);
        return (obj, schema.Validate(obj, null, null), unknown);
    }

    private static void Compare(RecordedLine line, ObjectSchema schema)
    {
        var (obj, errors, unknown) = Validated(line, schema);
        if (line.Status == 422)
        {
            Assert.That(RecordedLine.Of(errors), Is.EqualTo(line.Causes), line.Step);
            return;
        }

        var wanted = line.Warnings.Where(warning => !warning.StartsWith("duplicate field", StringComparison.Ordinal));
        Assert.That(errors, Is.Empty, line.Step);
        Assert.That(unknown.Select(path => $"unknown field \"{path}\"")
            .Concat(ObjectMetaRules.Warnings(obj)), Is.EqualTo(wanted), line.Step);
        Assert.That(JsonTexts.Compact(JsonTexts.Sorted(obj["spec"])),
            Is.EqualTo(JsonTexts.Compact(JsonTexts.Sorted(line.Body.Member("spec")))), line.Step);
    }
}
