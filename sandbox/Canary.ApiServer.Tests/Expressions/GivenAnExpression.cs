using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Expressions;
using Canary.ApiServer.Expressions.Types;
using Canary.ApiServer.Expressions.Values;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Expressions;

/// <summary>CEL by its specification and Kubernetes' libraries: values, errors, and what does not compile.</summary>
public sealed class GivenAnExpression
{
    private const string Self = """
        {"n":3,"s":"Grüße 🚀","l":["b","a","b"],"m":{"x":1,"y":2},"empty":{},"t":true,"nothing":null,"big":9223372036854775807,"f":2.5,"deep":{"a":{"b":[{"c":1},{"c":2}]}}}
        """;

    // Operators and arithmetic.
    [TestCase("1 + 2 * 3 - 4 / 2 % 3 == 5")]
    [TestCase("-7 / 2 == -3 && -7 % 3 == -1 && 7 % -1 == 0")]
    [TestCase("0x10 == 16 && 3u + 2u == 5u && 1e3 == 1000.0 && .5 < 1")]
    [TestCase("1 < 1.5 && 2u > 1 && 1 == 1 && dyn(1) == dyn(1.0) && dyn(1u) == dyn(1)")]
    [TestCase("-9223372036854775808 < 0")]
    [TestCase("!(!true) && !!true && - -1 == 1")]
    [TestCase("true ? (false ? false : true) : false")]
    [TestCase("type(-self.n) == int && type(self.n) == int && type(self.f) == double && type(5u % 3u) == uint && -self.n + 4 == 1")]
    [TestCase("'a' < 'b' && 'abc' < 'abd' && '\U0001F680' > '\\uFFFF'")]
    [TestCase("(true || 1/0 == 1) && (1/0 == 1 || true) && !(false && 1/0 == 1) && !(1/0 == 1 && false)")]
    [TestCase("[1, 2] + [3] == [1, 2, 3] && {'a': 1} == {'a': 1} && {'a': 1, 'b': 2} == {'b': 2, 'a': 1}")]
    [TestCase("2 in [1, 2] && 'x' in self.m && !('z' in self.m) && !(3 in [])")]
    [TestCase("b'abc' + b'd' == b'abcd' && bytes('é').size() == 2 && string(b'\\303\\251') == 'é'")]
    // Fields and macros.
    [TestCase("has(self.n) && !has(self.missing) && has(self.nothing) && self.nothing == null && has(self.deep.a.b)")]
    [TestCase("self.deep.a.b[1].c == 2 && self['n'] == 3 && self.m['x'] == 1")]
    [TestCase("self.l.all(e, e in ['a', 'b']) && self.l.exists(e, e == 'a') && self.l.exists_one(e, e == 'a') && !self.l.exists_one(e, e "
        + "== 'b')")]
    [TestCase("self.m.all(k, self.m[k] > 0) && self.m.exists(k, k == 'y') && self.m.map(k, self.m[k]).sum() == 3")]
    [TestCase("self.l.filter(e, e == 'b').size() == 2 && self.l.map(e, e == 'a', e + '!') == ['a!'] && [[1], [2, 3]].map(x, x.size()) == "
        + "[1, 2]")]
    [TestCase("[1, 0].exists(x, 1 / x == 1) && !([0, 1].all(x, 1 / x == 2))")]
    [TestCase("[1, 2].all(i, v, v == i + 1) && {'a': 1}.exists(k, v, k == 'a' && v == 1) && [3, 4].transformList(i, v, v * i) == [0, 4] "
        + "&& {'a': 2}.transformMap(k, v, v + 1) == {'a': 3}")]
    [TestCase("[].all(x, false) && ![].exists(x, true)")]
    // Optionals.
    [TestCase("self.?missing.orValue(7) == 7 && self.?n.hasValue() && self.?deep.?a.?nope.orValue('d') == 'd' && [1][?3].orValue(9) == 9")]
    [TestCase("optional.of(3).value() == 3 && !optional.none().hasValue() && optional.ofNonZeroValue('').orValue('z') == 'z' && "
        + "optional.of(1).optMap(x, x + 1).value() == 2")]
    [TestCase("[?self.?missing, 1].size() == 1 && {?'a': self.?missing}.size() == 0")]
    // Strings: positions are code points.
    [TestCase("self.s.size() == 7 && self.s.charAt(6) == '🚀' && self.s.indexOf('🚀') == 6 && self.s.substring(6) == '🚀' && "
        + "'tacocat'.lastIndexOf('c') == 4")]
    [TestCase("'a,b,,c'.split(',') == ['a', 'b', '', 'c'] && 'a,b,c'.split(',', 2) == ['a', 'b,c'] && ['a', 'b'].join('-') == 'a-b' && "
        + "'x'.split('') == ['x']")]
    [TestCase("'hello'.replace('l', 'L') == 'heLLo' && 'hello'.replace('l', 'L', 1) == 'heLlo' && ' a '.trim() == 'a' && "
        + "'ÄbC'.lowerAscii() == 'Äbc' && 'x'.upperAscii() == 'X'")]
    [TestCase("'%s is %d, %.2f, %x'.format(['it', 3, 1.5, 255]) == 'it is 3, 1.50, ff' && '100%%'.format([]) == '100%'")]
    [TestCase("r'\\d' == '\\\\d' && '''a'b''' == \"a'b\" && '\\x41\\u00e9\\101' == 'AéA'")]
    // Regular expressions are Go's.
    [TestCase("'abc'.matches('b') && !'abc'.matches('^b$') && matches('x1', '^[a-z][0-9]$')")]
    [TestCase("!'a\\n'.matches('^a$') && 'a\\nb'.matches('(?m)^a$') && !'٣'.matches('^\\\\d$') && 'A'.matches('(?i)a')")]
    [TestCase("'a-b.c'.matches('^[-.a-c]+$') && 'x]'.matches('^[]x]+$') && 'é'.matches('^\\\\pL$') && '[a'.matches('^[[a]+$') && 'abc "
        + "123'.find('[0-9]+') == '123' && '1 22'.findAll('[0-9]+') == ['1', '22']")]
    [TestCase("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a+)+$') == false")]
    // Conversions and times.
    [TestCase("int('12') == 12 && int(2.9) == 2 && string(1) == '1' && double('1.5') == 1.5 && uint(3) == 3u && bool('true') && "
        + "string(1.0) == '1'")]
    [TestCase("duration('1h30m') == duration('90m') && duration('250ms') < duration('1s') && duration('90m').getHours() == 1 && "
        + "string(duration('90s')) == '90s' && duration('1m') + duration('1s') == duration('61s')")]
    [TestCase("timestamp('2024-02-29T10:00:00Z') + duration('24h') == timestamp('2024-03-01T10:00:00Z') && "
        + "timestamp('2024-02-29T23:30:00Z').getDate('+01:00') == 1 && timestamp('2024-02-29T10:00:00Z').getDayOfWeek() == 4")]
    [TestCase("type(1) == int && type('') == string && type([]) == list && type(null) == null_type && type(type(1)) == type")]
    // Kubernetes' libraries.
    [TestCase("[1, 2].isSorted() && [3, 1].min() == 1 && [3, 1].max() == 3 && ['a', 'b', 'a'].lastIndexOf('a') == 2 && [].sum() == 0 && "
        + "['b'].indexOf('x') == -1")]
    [TestCase("url('https://u@example.com:8443/a%20b?x=1&x=2').getHost() == 'example.com:8443' && url('https://example.com').getPort() == "
        + "'' && url('https://[::1]:80/').getHostname() == '::1' && isURL('/path') && !isURL('nope')")]
    [TestCase("url('https://e.com/?a=1&a=2').getQuery()['a'] == ['1', '2'] && url('https://e.com/a%20b').getEscapedPath() == '/a%20b'")]
    [TestCase("isIP('10.0.0.1') && !isIP('10.0.0.01') && !isIP('1.2.3') && ip('::1').isLoopback() && ip('10.0.0.1').family() == 4 && "
        + "!isIP('::ffff:1.2.3.4') && ip('fe80::1').isLinkLocalUnicast() && string(ip('::1')) == '::1'")]
    [TestCase("cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsIP('11.0.0.1') && "
        + "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && isCIDR('::/0') && !isCIDR('10.0.0.0/33') && cidr('10.1.2.3/8').masked() == "
        + "cidr('10.0.0.0/8') && cidr('10.0.0.0/8').prefixLength() == 8")]
    [TestCase("quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('100m').add(quantity('0.9')).asInteger() == 1 && "
        + "!isQuantity('1Q') && quantity('1e3') == quantity('1k') && quantity('500m').compareTo(quantity('0.5')) == 0 && "
        + "quantity('-1').sign() == -1")]
    [TestCase("!format.dns1123Label().validate('my-name').hasValue() && format.dns1123Label().validate('My').hasValue() && "
        + "format.named('uuid').value().validate('x').value().size() == 1 && !format.named('nope').hasValue()")]
    [TestCase("sets.contains([1, 2], [2]) && sets.equivalent([1, 2], [2, 1, 1]) && sets.intersects([1], [1, 2])")]
    public void WhenItIsEvaluated_ThenItHoldsAsInCel(string source)
    {
        var (value, error) = Evaluate(source);

        Assert.That(error, Is.Null);
        Assert.That(value, Is.True);
    }

    [TestCase("self.missing", "no such key: missing")]
    [TestCase("self.l[5]", "index out of bounds: 5")]
    [TestCase("1 / 0", "division by zero")]
    [TestCase("1 % 0", "modulus by zero")]
    [TestCase("self.big + 1", "integer overflow")]
    [TestCase("self.s + 1", "no such overload")]
    [TestCase("self.s.n", "no such overload")]
    [TestCase("self.nothing.x", "no such key: x")]
    [TestCase("int('x')", "type conversion error from 'string' to 'int'")]
    [TestCase("duration('1' + 'y')", "type conversion error from 'string' to 'google.protobuf.Duration'")]
    [TestCase("'x'.matches(self.l[0] + '(')", "error parsing regexp: missing closing ): `b(`")]
    [TestCase("false || self.missing", "no such key: missing")]
    [TestCase("[1, 2].all(x, self.missing == x)", "no such key: missing")]
    [TestCase("{'a': 1, 'a': 2}", "Failed with repeated key: a")]
    [TestCase("[].min() == 1", "min called on empty list")]
    [TestCase("optional.none().value()", "optional.none() dereference")]
    [TestCase("[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, "
        + "[1,2,3,4,5,6,7,8,9,10].all(e, [1,2,3,4,5,6,7,8,9,10].all(f, f > 0))))))", "operation cancelled: actual cost limit exceeded")]
    public void WhenItHasNoValue_ThenItSaysWhy(string source, string expected) => Assert.That(Evaluate(source).Error, Is.EqualTo(expected));

    [TestCase("1 +", "ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>'")]
    [TestCase("", "Syntax error")]
    [TestCase("a b", "Syntax error")]
    [TestCase("'open", "Syntax error")]
    [TestCase("nope > 1", "ERROR: <input>:1:1: undeclared reference to 'nope' (in container '')")]
    [TestCase("1 + 'a'", "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'")]
    [TestCase("'a'.contains(1)", "found no matching overload for 'contains' applied to 'string.(int)'")]
    [TestCase("1.nope()", "undeclared reference to 'nope'")]
    [TestCase("nope(1)", "ERROR: <input>:1:5: undeclared reference to 'nope'")]
    [TestCase("1 == 'a'", "found no matching overload for '_==_' applied to '(int, string)'")]
    [TestCase("[1, 'a']", "expected type 'int' but found 'string'")]
    [TestCase("!1", "found no matching overload for '!_' applied to '(int)'")]
    [TestCase("1 ? 2 : 3", "found no matching overload for '_?_:_'")]
    [TestCase("has(self)", "invalid argument to has() macro")]
    [TestCase("[1].all(1, true)", "argument must be a simple name")]
    [TestCase("[1].all(x, 1)", "expected type 'bool' but found 'int'")]
    [TestCase("'a'.all(x, true)", "cannot be range of a comprehension")]
    [TestCase("9223372036854775808", "invalid int literal")]
    [TestCase("'a'.matches('(')", "invalid matches argument")]
    [TestCase("duration('1y') == duration('1s')", "invalid duration argument")]
    [TestCase("timestamp('x') == timestamp('y')", "invalid timestamp argument")]
    [TestCase("'\\q'", "")]
    [TestCase("typed.nope", "ERROR: <input>:1:6: undefined field 'nope'")]
    [TestCase("typed.n.x", "type 'int' does not support field selection")]
    [TestCase("true &&\nnope", "ERROR: <input>:2:1: undeclared reference to 'nope' (in container '')\n | nope\n | ^")]
    [TestCase("Message{a: 1}", "undeclared reference to 'Message'")]
    public void WhenItCannotBeRight_ThenItDoesNotCompile(string source, string expected)
    {
        var (expression, error) = Expression.Compile(source, Variables);

        Assert.That(expression, Is.Null);
        Assert.That(error, Does.StartWith("ERROR: <input>:").And.Contain(expected));
    }

    [Test]
    public void WhenItIsNestedWithoutEnd_ThenItIsRefusedAndNothingFallsOver()
    {
        string[] sources =
        [
            new string('(', 5000) + "1" + new string(')', 5000), new string('[', 3000),
            "self" + string.Concat(Enumerable.Repeat(".a", 5_000)), string.Concat(Enumerable.Repeat("!", 5_000)) + "true",
            string.Join('+', Enumerable.Repeat("1", 5_000)), string.Join("||", Enumerable.Repeat("true", 5_000)),
            string.Concat(Enumerable.Repeat("true ? ", 3000)), "'" + new string('x', 200_000) + "'",
        ];

        Assert.That(() => sources.Select(source => Expression.Compile(source, Variables).Expression?.Evaluate(Values))
            .ToList(), Throws.Nothing);
    }

    private static IReadOnlyDictionary<string, CelType> Variables { get; } = new Dictionary<string, CelType>
    {
        ["self"] = CelType.Dyn,
        ["typed"] = new CelType(TypeKind.Object, "object") { Fields = new Dictionary<string, CelType> { ["n"] = CelType.Int } },
    };

    private static Dictionary<string, Func<object?>> Values { get; } =
        new() { ["self"] = () => JsonValues.Read(JsonNode.Parse(Self), CelType.Dyn) };

    private static (object? Value, string? Error) Evaluate(string source)
    {
        var (expression, error) = Expression.Compile(source, Variables);
        return expression is null ? (null, "does not compile: " + error) : expression.Evaluate(Values);
    }
}
