using System.Collections.Generic;
using System.IO;
using System.Linq;
using Antlr4.Runtime;

namespace Canary.ApiServer.Expressions.Syntax;

/// <summary>Collects what the lexer and the parser of the grammar complain about.</summary>
internal sealed class SyntaxErrors(string source, List<Problem> problems) : IAntlrErrorListener<int>, IAntlrErrorListener<IToken>
{
    public void SyntaxError(TextWriter output, IRecognizer recognizer, int offendingSymbol, int line, int charPositionInLine, string msg,
        RecognitionException e) =>
        Add(line, charPositionInLine, msg);

    public void SyntaxError(TextWriter output, IRecognizer recognizer, IToken offendingSymbol, int line, int charPositionInLine, string msg,
        RecognitionException e) =>
        Add(line, charPositionInLine, msg);

    private void Add(int line, int column, string message)
    {
        var before = source.Split('\n').Take(line - 1).Sum(text => text.EnumerateRunes().Count() + 1);
        problems.Add(new Problem(before + column, "Syntax error: " + message));
    }
}
