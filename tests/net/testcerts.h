// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <string>

namespace sluice::tests {

/// A key and certificate made on the spot; never written anywhere but into the test's temporary
/// folder.
class TestCertificate
{
public:
    /// `names`: subjectAltName as OpenSSL writes it, "DNS:localhost,IP:127.0.0.1"; empty makes an
    /// authority. Without an issuer it signs itself. Valid from `from` to `to` seconds from now.
    TestCertificate(const std::string& names, const TestCertificate* issuer, long from = -3600,
                    long to = 3600)
        : m_key(EVP_EC_gen("P-256"), EVP_PKEY_free)
        , m_certificate(X509_new(), X509_free)
    {
        X509* certificate = m_certificate.get();
        X509_set_version(certificate, 2);
        static long serial = 1;
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
        X509_gmtime_adj(X509_getm_notBefore(certificate), from);
        X509_gmtime_adj(X509_getm_notAfter(certificate), to);
        X509_set_pubkey(certificate, m_key.get());
        const std::string name =
            names.empty() ? "test authority " + std::to_string(serial) : "test server";
        X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        const TestCertificate& signer = issuer != nullptr ? *issuer : *this;
        X509_set_issuer_name(certificate, X509_get_subject_name(signer.m_certificate.get()));
        addExtension(NID_basic_constraints, names.empty() ? "critical,CA:TRUE" : "CA:FALSE");
        if (!names.empty()) {
            addExtension(NID_subject_alt_name, names);
        }
        X509_sign(certificate, signer.m_key.get(), EVP_sha256());
    }

    bool writeCertificate(const std::string& path) const
    {
        return write(path,
                     [this](std::FILE* file) { return PEM_write_X509(file, m_certificate.get()); });
    }
    bool writeKey(const std::string& path) const
    {
        return write(path, [this](std::FILE* file) {
            return PEM_write_PrivateKey(file, m_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }

private:
    void addExtension(int nid, const std::string& value)
    {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
        X509_add_ext(m_certificate.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    template <typename Write>
    static bool write(const std::string& path, Write&& body)
    {
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"),
                                                                   std::fclose);
        return file && body(file.get()) == 1;
    }

    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> m_key;
    std::unique_ptr<X509, void (*)(X509*)> m_certificate;
};

} // namespace sluice::tests
