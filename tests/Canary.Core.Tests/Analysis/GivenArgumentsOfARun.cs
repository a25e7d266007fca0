using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Analysis.Templates;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenArgumentsOfARun
{
    private static readonly ArgumentSource.FromSecret _secret = new("prom", "token");

    private static AnalysisTemplateSpec Template(string name, string query, params Argument[] arguments) => new(
        $"AnalysisTemplate shop/{name}",
        [.. arguments],
        [new MetricTemplate(name, null, null, null, null, "result[0] < 1", null, null, null, null,
            PrometheusTemplate.Default with { Query = query }, null)]);

    private static TemplateResolution Resolve(AnalysisTemplateSpec[] templates, params Argument[] given) =>
        TemplateResolver.Resolve(new TemplateRequest([.. templates], [.. given], [new("rollout", "checkout")], [], false));

    private static string[] Queries(AnalysisTemplateSpec[] templates, params Argument[] given) => Resolve(templates, given) switch
    {
        TemplateResolution.Resolved resolved =>
            [.. resolved.Run.Metrics.Select(metric => ((ProviderSpec.Prometheus)metric.Provider).Query)],
        TemplateResolution.Invalid invalid => throw new AssertionException(string.Join("\n", invalid.Problems)),
        _ => throw new InvalidOperationException(),
    };

    private static string[] Problems(AnalysisTemplateSpec[] templates, params Argument[] given)
    {
        if (Resolve(templates, given) is not TemplateResolution.Invalid invalid) return [];
        foreach (var problem in invalid.Problems)
        {
            string[] named = [.. templates.Select(template => template.Title).Where(problem.Message.StartsWith)];
            Assert.That(problem.Template, Is.EqualTo(named.SingleOrDefault()), $"{problem} carries the template that it names");
        }

        return [.. invalid.Problems.Select(problem => problem.ToString())];
    }

    private static string Query(string query, params Argument[] arguments) => Queries([Template("a", query, arguments)]).Single();

    private static Argument Secret(string name) => new(name, null) { From = _secret };

    [Test]
    public void WhenTwoTemplatesDeclareAnArgument_ThenTheyShareTheDefaultOfEither()
    {
        var (without, with) = (Template("a", "a{s=\"{{args.service}}\"}", new Argument("service", null)),
            Template("b", "b{s=\"{{args.service}}\"}", new Argument("service", "checkout")));

        Assert.That(Queries([without, with]), Is.EqualTo(new[] { "a{s=\"checkout\"}", "b{s=\"checkout\"}" }));
        Assert.That(Queries([with, without]), Is.EqualTo(new[] { "b{s=\"checkout\"}", "a{s=\"checkout\"}" }));
        Assert.That(Queries([with, without], new Argument("service", "cart")), Is.EqualTo(new[] { "b{s=\"cart\"}", "a{s=\"cart\"}" }));
    }

    [Test]
    public void WhenATemplateUsesAnArgumentThatAnotherDeclares_ThenItHasItsValue() =>
        Assert.That(Queries([Template("a", "{{args.service}}"), Template("b", "up", new Argument("service", "checkout"))])[0],
            Is.EqualTo("checkout"));

    [Test]
    public void WhenNobodyGivesASharedArgument_ThenItIsMissedOnceAndNamed()
    {
        var problems = Problems([Template("a", "{{args.service}}", new Argument("service", null)),
            Template("b", "{{args.service}}", new Argument("service", null))]);

        Assert.That(problems.Single(),
            Does.Contain("spec.args[0].value").And.Contain("needs a value for its argument \"service\"").And.Contain(
                "AnalysisTemplate shop/a"));
    }

    [Test]
    public void WhenDefaultsDiffer_ThenBothAreNamedAndAGivenValueSettlesIt()
    {
        AnalysisTemplateSpec[] templates =
            [Template("a", "{{args.max}}", new Argument("max", "1")), Template("b", "{{args.max}}", new Argument("max", "2"))];

        Assert.That(Problems(templates)
            .Single(),
            Does.Contain("spec.args[0].value").And.Contain("AnalysisTemplate shop/b has \"2\"").And.Contain(
                "AnalysisTemplate shop/a has \"1\"").And.Contain("\"max\""));
        Assert.That(Queries(templates, new Argument("max", "3")), Is.EqualTo(new[] { "3", "3" }));
        Assert.That(Problems([templates[0], Template("b", "{{args.max}}", new Argument("max", "1"))]), Is.Empty);
    }

    [Test]
    public void WhenOneDefaultIsAValueAndOneASecret_ThenTheValueStandsAsInArgo()
    {
        var (secret, value) =
            (Template("a", "{{args.token}}", Secret("token")), Template("b", "{{args.token}}", new Argument("token", "plain")));

        Assert.That(Queries([secret, value]), Is.EqualTo(new[] { "plain", "plain" }));
        Assert.That(Queries([value, secret]), Is.EqualTo(new[] { "plain", "plain" }));
        Assert.That(Queries([secret, Template("b", "up", Secret("token"))])[0], Is.EqualTo("{{secret:prom/token}}"));
        Assert.That(Problems([secret,
            Template("b", "up", new Argument("token", null) { From = new ArgumentSource.FromSecret("prom", "other") })])
            .Single(), Does.Contain("key other of Secret prom").And.Contain("key token"));
    }

    [Test]
    public void WhenAnArgumentIsGivenThatNoTemplateDeclares_ThenItIsPassedOver() =>
        Assert.That(Queries([Template("a", "up{s=\"{{args.service}}\"}", new Argument("service", null))], new Argument("service", "cart"),
            new Argument("servce", "x")).Single(), Is.EqualTo("up{s=\"cart\"}"));

    [Test]
    public void WhenAnArgumentThatNoTemplateDeclaresIsWrongOrUsed_ThenItStaysAsIfItWereNotThere()
    {
        Assert.That(Queries([Template("a", "up")], new Argument("servce", "{{nonsense")).Single(), Is.EqualTo("up"));
        Assert.That(Problems([Template("a", "{{args.servce}}")], new Argument("servce", "x"))
            .Single(), Does.Contain("{{args.servce}} names no argument"));
        Assert.That(Queries([Template("a", "{{args.rollout}}")], new Argument("rollout", "other"))
            .Single(), Is.EqualTo("other"), "what the engine has needs no declaration");
    }

    [Test]
    public void WhenADefaultNamesArguments_ThenItIsFilledInWhateverOrderTheyStand()
    {
        Argument[] arguments = [new("url", "{{args.host}}:{{ args.port }}/{{args.rollout}}"), new("host", "{{args.name}}.example"),
            new("port", "9090"), new("name", "prom")];

        Assert.That(Query("{{args.url}} or vector(0)", arguments), Is.EqualTo("prom.example:9090/checkout or vector(0)"));
        Assert.That(Query("{{args.url}} or vector(0)", [.. arguments.Reverse()]), Is.EqualTo("prom.example:9090/checkout or vector(0)"));
        Assert.That(Queries([Template("a", "{{args.url}}", arguments)], new Argument("host", "h-{{args.port}}"))
            .Single(), Is.EqualTo("h-9090:9090/checkout"), "and so is a value that is given");
    }

    [Test]
    public void WhenADefaultNeedsAnArgumentWithoutAValue_ThenThatOneIsNamed()
    {
        var problems = Problems([Template("a", "{{args.url}}", new Argument("url", "http://{{args.host}}"), new Argument("host", null))]);

        Assert.That(problems.Single(), Does.Contain("spec.args[1].value").And.Contain("\"host\""));
    }

    [TestCase("{{args.a}}", null, null, "a -> a")]
    [TestCase("{{args.b}}", "{{ args.a }}", null, "a -> b -> a")]
    [TestCase("x{{args.b}}", "{{args.c}}", "{{args.b}}", "b -> c -> b")]
    public void WhenValuesNeedEachOther_ThenTheCircleIsSaidOnce(string a, string? b, string? c, string circle)
    {
        var template =
            Template("t", "{{args.a}} or vector(0)", new Argument("a", a), new Argument("b", b ?? "1"), new Argument("c", c ?? "1"));

        Assert.That(Problems([template]).Single(), Does.Contain($"needs itself: {circle};").And.Contain("AnalysisTemplate shop/t"));
        Assert.That(TemplateResolver.Check(template, []).Single().Message, Does.Contain(circle), "the check of the files says so");
    }

    [TestCase("{{ inputs.x }}")]
    [TestCase("{{args.nope}}")]
    [TestCase("{{ .Values.service }}")]
    [TestCase("{{secret:prom/token}}")]
    [TestCase("{{}}")]
    [TestCase("{{args.a")]
    [TestCase("{{ `x }}")]
    [TestCase("{{ `x` y }}")]
    [TestCase("{{ `{{ args.a }}` }}")]
    [TestCase("{{ `{{args.a}}:{{args.b}}` }}")]
    public void WhenAPlaceholderIsNotKnown_ThenNothingIsSentWhereverItStands(string placeholder)
    {
        var arguments = new Argument("a", "1");

        Assert.That(Problems([Template("t", $"up{{x=\"{placeholder}\"}}", arguments)])
            .Single(), Does.Contain("spec.metrics[0].provider.prometheus.query").And.Contain(placeholder.Split(' ')[0]));
        Assert.That(Problems([Template("t", "up{x=\"{{args.b}}\"}", arguments, new Argument("b", placeholder))])
            .Single(), Does.Contain("spec.args[1].value").And.Contain("\"b\""));
        Assert.That(Problems([Template("t", "up{x=\"{{args.a}}\"}", arguments)], new Argument("a", placeholder))
            .Single(), Does.Contain("args[0].value").And.Contain("\"a\""));
    }

    [TestCase("up{path=\"{{ `{{id}}` }}\"}", "up{path=\"{{id}}\"}")]
    [TestCase("up{path=\"{{ `{{ x }}` }}\"}", "up{path=\"{{ x }}\"}")]
    [TestCase("up{path=\"{{\"{{\"}}id}}\"}", "up{path=\"{{id}}\"}")]
    [TestCase("up{path=\"{{ \"a\\\"b\" }}\"}", "up{path=\"a\"b\"}")]
    [TestCase("up{{{args.a}}}", "up{1}")]
    [TestCase("up{a=\"}}\"}", "up{a=\"}}\"}")]
    [TestCase("{{args.a}}{{ args.a }}{{args.a  }}", "111")]
    [TestCase("up{path=~\"/v[0-9]{1,2}/.*\"}", "up{path=~\"/v[0-9]{1,2}/.*\"}")]
    public void WhenATextHasBraces_ThenOnlyPlaceholdersAreReplaced(string query, string expected) =>
        Assert.That(Query(query, new Argument("a", "1")), Is.EqualTo(expected));

    [TestCase("{{ `{{secret:prom/token}}` }}")]
    [TestCase("{{ `{` }}{secret:prom/token}}")]
    [TestCase("{{args.open}}secret:prom/token}}")]
    public void WhenATextWouldReadAsTheSecretOfSomebody_ThenItIsRefused(string query) =>
        Assert.That(Problems([Template("t", query, new Argument("open", "{{ `{{` }}"))]).Single(), Does.Contain("valueFrom.secretKeyRef"));

    [Test]
    public void WhenADefaultHoldsASecret_ThenItIsSentAndNeverStored()
    {
        Argument[] arguments = [Secret("token"), new("bearer", "Bearer {{args.token}}")];
        var sent = Template("t", "up", arguments);
        sent = sent with
        {
            Metrics = [sent.Metrics[0] with { Prometheus =
            sent.Metrics[0].Prometheus! with { Headers = [new("Authorization", new SecretValue.Plain("{{args.bearer}}"))] } }]
        };
        var stored = sent with { Metrics = [sent.Metrics[0] with { SuccessCondition = "'{{args.bearer}}' == ''" }] };

        var run = ((TemplateResolution.Resolved)Resolve([sent])).Run;

        Assert.That(((ProviderSpec.Prometheus)run.Metrics[0].Provider).Headers.Single().Value,
            Is.EqualTo(new SecretValue.Plain("Bearer {{secret:prom/token}}")));
        Assert.That(Problems([stored]).Single(), Does.Contain("spec.metrics[0].successCondition").And.Contain("Secret prom"));
    }

    [Test]
    public void WhenAMetricIsNamedByAnArgument_ThenItHasThatName()
    {
        var template = Template("{{args.service}}-errors", "up", new Argument("service", "cart"));

        Assert.That(((TemplateResolution.Resolved)Resolve([template])).Run.Metrics.Single().Name, Is.EqualTo("cart-errors"));
        Assert.That(Problems([template, Template("cart-errors", "up")]).Single(), Does.Contain("the name is taken"));
    }

    [Test]
    public void WhenAValueIsALiteral_ThenNothingInItIsRead() =>
        Assert.That(Queries([Template("t", "{{args.a}}", new Argument("a", null))], new Argument("a", Argument.Literal("{{id}} \"\\ {")))
            .Single(), Is.EqualTo("{{id}} \"\\ {"));
}
