using System.Linq;

namespace Canary.ApiServer.Http;

/// <summary>How the client wants its answer: the first form of its Accept header that the server has.</summary>
internal sealed record AnswerForm(AnswerShape Shape, string ShapeVersion, bool IsYaml)
{
    public static readonly AnswerForm Json = new(AnswerShape.Plain, "", false);

    private static readonly string[] Formats = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

    public string ContentType => IsYaml ? "application/yaml" : "application/json";

    /// <summary>The first acceptable form, or null: then nothing that the client wants can be served.</summary>
    public static AnswerForm? Negotiate(string? accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
            return Json;

        return MediaType.ParseList(accept).Select(Understand).FirstOrDefault(form => form is not null);
    }

    public static bool NamesAnyFormat(string accept) =>
        MediaType.ParseList(accept).Any(type => Formats.Contains(type.Name) || type.Name is "*/*" or "application/*");

    private static AnswerForm? Understand(MediaType type)
    {
        var isYaml = type.Name == "application/yaml";
        if (!isYaml && type.Name is not ("application/json" or "*/*" or "application/*"))
            return null;

        return (type["as"], type["g"], type["v"]) switch
        {
            (null, _, _) => new AnswerForm(AnswerShape.Plain, "", isYaml),
            ("Table", "meta.k8s.io", "v1" or "v1beta1") => new AnswerForm(AnswerShape.Table, type["v"]!, isYaml),
            ("PartialObjectMetadata", "meta.k8s.io", "v1" or "v1beta1") => new AnswerForm(AnswerShape.PartialMetadata, type["v"]!, isYaml),
            ("PartialObjectMetadataList", "meta.k8s.io", "v1" or "v1beta1") =>
                new AnswerForm(AnswerShape.PartialMetadataList, type["v"]!, isYaml),
            ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2" or "v2beta1") =>
                new AnswerForm(AnswerShape.GroupDiscovery, type["v"]!, isYaml),
            _ => null,
        };
    }
}
