using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Canary.Cli.Tests.Pages;

/// <summary>The commands of a shell block, as words: enough of the shell for what the documents show.</summary>
internal static class ShellLine
{
    /// <summary>The commands of a block that begin with this word, without their comments, each as its words.</summary>
    public static IEnumerable<string[]> CommandsOf(string block, string program) =>
        block.Replace("\\\n", " ", System.StringComparison.Ordinal).Split('\n').SelectMany(line => line.Split(" && ")).Select(Words)
        .Where(words => words.FirstOrDefault() == program);

    private static string[] Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, isWord) = ('\0', false);
        foreach (var letter in line)
        {
            if (quote == '\0' && letter == '#' && !isWord) break;
            if (quote == '\0' && letter is '\'' or '"')
            {
                (quote, isWord) = (letter, true);
            }
            else if (letter == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && letter == ' ')
            {
                if (isWord) words.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
            else
            {
                word.Append(letter);
                isWord = true;
            }
        }

        if (isWord) words.Add(word.ToString());
        return [.. words];
    }
}
