using System.Text;

namespace Canary.ApiServer.Http;

/// <summary>Values of the Warning header.</summary>
internal static class WarningText
{
    public static string Format(string message)
    {
        var text = new StringBuilder("299 - \"");
        foreach (var c in message)
        {
            // A header holds one line of ASCII.
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else
                text.Append(c is >= ' ' and < '\x7f' ? c : '?');
        }

        return text.Append('"').ToString();
    }
}
