using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Secrets;

/// <summary>
/// Takes the values of Secrets out of texts, whoever wrote them and however: as they are, in any case, percent-encoded in whole or in part,
/// escaped as in JSON or HTML, in Base64 or Base64Url at any offset, in hexadecimal or as numbers, in one of these within another, and in
/// pieces of them that are long enough to matter.
/// </summary>
/// <remarks>
/// A value of fewer than <see cref="ShortestSought"/> bytes cannot be told from other text: it is replaced only where it is the whole text,
/// such as a label's value. Nothing of that length protects anything.
/// </remarks>
public sealed class SecretRedaction
{
    /// <summary>What stands in the place of a value.</summary>
    public const string Mark = "[redacted]";

    /// <summary>Shorter values, in bytes of UTF-8, are not looked for within texts.</summary>
    public const int ShortestSought = 4;

    // How many times a text may have been encoded, one time upon the other. A server that sends long texts pays for it with time of ours:
    // they are looked into less.
    private const int MostLayers = 3;
    private const int LongText = 4 << 10;
    private const int MostReadings = 96;
    private const int MostBytes = 1 << 20;
    private const int LongestText = 64 << 10;

    private readonly SecretForms[] _forms;

    /// <param name="values">The values, as they are sent. Empty ones are passed over.</param>
    public SecretRedaction(IEnumerable<string> values) =>
        _forms = [.. values.SelectMany(value => new[] { value, value.Trim(), value.ToUpperInvariant().Trim(), value.ToLowerInvariant()
            .Trim() }.Take(Ascii.IsValid(value) ? 2 : 4)).Where(value => value.Length > 0).Distinct(StringComparer.Ordinal)
            .Select(value => new SecretForms(value))];

    /// <summary>The text without the values.</summary>
    public string Apply(string text)
    {
        if (_forms.Length == 0 || text.Length == 0) return text;
        if (text.Length > LongestText) text = $"{text[..LongestText]}…";
        var hidden = new bool[text.Length];
        if (Find(text, hidden)) return Mark;
        return Array.IndexOf(hidden, true) < 0 ? text : Without(text, hidden);
    }

    /// <summary>The answer without the values: its labels, warnings, text and reason.</summary>
    public MetricAnswer Apply(MetricAnswer answer)
    {
        if (_forms.Length == 0) return answer;
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        return answer switch
        {
            MetricAnswer.Vector vector =>
                new MetricAnswer.Vector([.. vector.Samples.Select(sample => sample with { Labels = Labels(sample.Labels) })],
                    Texts(vector.Warnings)),
            MetricAnswer.Matrix matrix =>
                new MetricAnswer.Matrix([.. matrix.Series.Select(series => series with { Labels = Labels(series.Labels) })],
                    Texts(matrix.Warnings)),
            MetricAnswer.Scalar scalar => scalar with { Warnings = Texts(scalar.Warnings) },
            MetricAnswer.Text text => new MetricAnswer.Text(Once(text.Value)),
            MetricAnswer.Faulted faulted => faulted with { Reason = Once(faulted.Reason) },
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        EquatableArray<Label> Labels(EquatableArray<Label> labels) =>
            [.. labels.Select(label => new Label(Once(label.Name), Once(label.Value)))];

        EquatableArray<string> Texts(EquatableArray<string> texts) => [.. texts.Select(Once)];

        // An answer repeats its labels from series to series.
        string Once(string text) => known.TryGetValue(text, out var redacted) ? redacted : known[text] = Apply(text);
    }

    // True: the text is a value and nothing else, or it can be read in so many ways that it is not searched to the end.
    private bool Find(string text, bool[] hidden)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var budget = Math.Min(LongText + (text.Length * MostReadings), MostBytes);
        IEnumerable<EscapedText> layer = [EscapedText.Of(text)];
        // Each layer is one code more that was put around the value.
        for (var layers = text.Length > LongText ? MostLayers - 1 : MostLayers; layers >= 0; layers--)
        {
            var searched = new List<EscapedText>();
            foreach (var reading in layer.Where(reading => known.Add(Encoding.Latin1.GetString(reading.Bytes))))
            {
                budget -= reading.Bytes.Length;
                if (budget < 0) return true;
                foreach (var form in _forms)
                {
                    if (form.IsWhole(reading.Bytes)) return true;
                    form.Find(reading, (from, to) => hidden.AsSpan(from, to - from).Fill(true));
                }

                searched.Add(reading);
            }

            layer = searched.SelectMany(Readings);
        }

        return false;
    }

    // One kind of escape after the other: a value may itself hold what looks like an escape of another kind.
    private static IEnumerable<EscapedText> Readings(EscapedText text) =>
        TextEscapes.Kinds.ToArray().Select(text.Unescape).OfType<EscapedText>().Concat(EncodedRuns.Decode(text));

    private static string Without(string text, bool[] hidden)
    {
        var redacted = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (!hidden[at]) redacted.Append(text[at]);
            else if (at == 0 || !hidden[at - 1]) redacted.Append(Mark);
        }

        return redacted.ToString();
    }
}
