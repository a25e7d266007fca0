using System;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>Makes certificates for one test.</summary>
internal static class Certificates
{
    public static X509Certificate2 Authority(string name, X509Certificate2? issuer = null)
    {
        var request = Request(name);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return issuer is null ? request.CreateSelfSigned(Begin, End) : Signed(request, issuer);
    }

    public static X509Certificate2 Server(X509Certificate2 issuer, string? host)
    {
        var request = Request("server");
        var names = new SubjectAlternativeNameBuilder();
        if (host is null) names.AddIpAddress(IPAddress.Loopback);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        return Signed(request, issuer);
    }

    public static X509Certificate2 Client(X509Certificate2 issuer, string user)
    {
        var request = Request(user);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        return Signed(request, issuer);
    }

    public static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    private static DateTimeOffset Begin => DateTimeOffset.UtcNow.AddMinutes(-10);

    private static DateTimeOffset End => DateTimeOffset.UtcNow.AddHours(1);

    private static CertificateRequest Request(string name) =>
        new($"CN={name}", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);

    private static X509Certificate2 Signed(CertificateRequest request, X509Certificate2 issuer)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var own = new CertificateRequest(request.SubjectName, key, HashAlgorithmName.SHA256);
        foreach (var extension in request.CertificateExtensions) if (extension is not X509SubjectKeyIdentifierExtension)
            own.CertificateExtensions.Add(extension);
        var signed = own.Create(issuer, Begin.AddMinutes(1), End.AddMinutes(-1), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
