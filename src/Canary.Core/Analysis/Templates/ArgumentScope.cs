using System.Collections.Generic;
using System.Linq;
using System.Text;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Validation;

namespace Canary.Core.Analysis.Templates;

/// <summary>Fills the texts of one template with the arguments of its run.</summary>
/// <param name="title">How messages name the template.</param>
/// <param name="arguments">The arguments.</param>
/// <param name="isComplete">False: the template is read by itself, and an argument without a default gets its value later.</param>
internal sealed class ArgumentScope(string title, RunArguments arguments, bool isComplete)
{
    /// <summary>What a placeholder must be.</summary>
    public const string Unknown =
        "which is unknown; a placeholder is written {{args.NAME}}, and a text with two braces in it {{ `text` }}; a chart of Helm is "
            + "rendered first";

    /// <summary>
    /// <paramref name="text"/> with every placeholder replaced, and none left. Null where one has no value; that was said then.
    /// </summary>
    /// <param name="text">As the template has it.</param>
    /// <param name="path">Its field.</param>
    /// <param name="metric">Its metric.</param>
    /// <param name="problems">Where it is said why there is none.</param>
    /// <param name="standIn">Stands for a value that is to be given later; null: the text is not known yet.</param>
    /// <param name="mayHoldSecret">The text goes to the source and nowhere else: a <see cref="SecretPlaceholder"/> may stand in it. False:
    /// it is stored and shown, and a Secret in it is refused.</param>
    public string? Substitute(string text, string path, string metric, List<SpecError> problems, string? standIn = null,
        bool mayHoldSecret = false)
    {
        var filled = new StringBuilder(text.Length);
        var (isKnown, secrets) = (true, 0);
        foreach (var piece in PlaceholderText.Read(text))
        {
            var value = piece.Text is { } plain ? new ArgumentValue(plain) : Value(piece, path, metric, problems, mayHoldSecret);
            secrets += value.Secrets;
            isKnown &= value.Text is not null || (standIn is not null && value.IsMissing && !isComplete);
            filled.Append(value.Text ?? standIn);
        }

        var result = filled.ToString();
        if (!isKnown || SecretPlaceholder.Count(result) == secrets) return isKnown ? result : null;
        problems.Add(new(path,
            $"{title}, metric \"{metric}\": with its arguments it reads as the placeholder of a Secret; a Secret is given by an argument "
                + "with valueFrom.secretKeyRef")
        { Template = title });
        return null;
    }

    /// <summary>The arguments that there are, for a message.</summary>
    public static string Listed(IEnumerable<string> declared) =>
        declared.ToArray() is { Length: > 0 } names ? $"declared are {string.Join(", ", names)}" : "none is declared";

    private ArgumentValue Value(PlaceholderText.Piece piece, string path, string metric, List<SpecError> problems, bool mayHoldSecret)
    {
        SpecError Problem(string what) => new(path, $"{title}, metric \"{metric}\": {what}") { Template = title };
        if (piece.Argument is not { } name)
        {
            problems.Add(Problem($"it holds {piece.Written}, {Unknown}"));
            return ArgumentValue.Wrong;
        }

        if (arguments.Find(name) is not { } value)
        {
            problems.Add(Problem($"{piece.Written} names no argument; {Listed(arguments.Declared)}"));
            return ArgumentValue.Wrong;
        }

        if (value.IsMissing) arguments.NoteUse(name, path);
        if (value.Secret is not { } secret || mayHoldSecret) return value;
        problems.Add(Problem(
            $"{piece.Written} holds the key {secret.Key} of Secret {secret.Name}, and this field is stored in the clear; a Secret may be "
                + "used in the query, the address, the headers and the authentication"));
        return ArgumentValue.Wrong;
    }
}
