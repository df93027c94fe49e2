// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/secret.h"

#include "core/base/file.h"

#include <openssl/crypto.h>

#include <cstdlib>
#include <sys/stat.h>

namespace sluice {

Secret::~Secret()
{
    OPENSSL_cleanse(m_value.data(), m_value.size());
}

Result<SecretRef> secretRefFromJson(const Json& json, std::string_view where)
{
    if (json.is_null()) {
        return SecretRef{};
    }
    if (json.is_object() && json.size() == 1 && json.begin()->is_string() &&
        !json.begin()->get_ref<const std::string&>().empty()) {
        const std::string& kind = json.begin().key();
        const auto name = json.begin()->get<std::string>();
        if (kind == "env") {
            return SecretRef{SecretRef::Kind::Env, name};
        }
        if (kind == "file") {
            return SecretRef{SecretRef::Kind::File, name};
        }
        if (kind == "keychain") {
            return SecretRef{SecretRef::Kind::Keychain, name};
        }
    }
    return fail(ErrorCode::InvalidArgument,
                "a secret is named by exactly one of {\"env\"}, {\"file\"}, {\"keychain\"}; never "
                "written here",
                std::string(where));
}

Json toJson(const SecretRef& ref)
{
    switch (ref.kind) {
    case SecretRef::Kind::None:
        return nullptr;
    case SecretRef::Kind::Env:
        return {{"env", ref.name}};
    case SecretRef::Kind::File:
        return {{"file", ref.name}};
    case SecretRef::Kind::Keychain:
        return {{"keychain", ref.name}};
    }
    return nullptr;
}

Result<Secret> SystemSecretStore::find(const SecretRef& ref) const
{
    switch (ref.kind) {
    case SecretRef::Kind::None:
        return Secret{};
    case SecretRef::Kind::Env: {
        const char* value =
            std::getenv(ref.name.c_str()); // NOLINT(concurrency-mt-unsafe): nobody calls setenv
        if (value == nullptr || *value == '\0') {
            return fail(ErrorCode::NotFound,
                        "the environment variable " + ref.name + " is not set");
        }
        return Secret{value};
    }
    case SecretRef::Kind::File: {
        struct stat info = {};
        if (::stat(ref.name.c_str(), &info) == 0 && (info.st_mode & 077U) != 0) {
            return fail(ErrorCode::Refused, "the secret file is readable by others; chmod 600 it",
                        ref.name);
        }
        auto text = readFile(ref.name, 64 * 1024);
        if (!text) {
            return std::move(text).error();
        }
        while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) {
            text->pop_back();
        }
        return Secret{std::move(*text)};
    }
    case SecretRef::Kind::Keychain:
        return fail(ErrorCode::NotFound,
                    "no keychain here; start the console, or name the secret by env or file",
                    ref.name);
    }
    return fail(ErrorCode::Internal, "unknown kind of secret");
}

} // namespace sluice
