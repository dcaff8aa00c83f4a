import Crypto
import Evidence
import Seal
import SwiftASN1

/// An X.509 certificate (RFC 5280), as much of it as a time-stamping chain needs.
package struct X509Certificate: Sendable, Hashable {
    package let der: [UInt8]
    /// SHA-256 of the DER.
    package let digest: Digest32
    let serial: [UInt8]
    /// Names as DER: they are compared byte by byte.
    let issuer: [UInt8]
    let subject: [UInt8]
    let notBefore: Instant
    let notAfter: Instant
    let keyInfo: [UInt8]
    let extensions: [ASN1ObjectIdentifier: Extension]
    private let signed: [UInt8]
    private let scheme: SignatureScheme
    private let signature: [UInt8]

    struct Extension: Sendable, Hashable {
        let isCritical: Bool
        let value: [UInt8]
    }

    package init(der: [UInt8]) throws(AnchorError) {
        var whole = try DERCursor.parse(der, .certificate)
        let body = try whole.next(.sequence)
        scheme = try SignatureScheme.read(&whole)
        let bits = try whole.primitive(.bitString)
        guard bits.first == 0 else { throw .malformed(.certificate, "its signature is not whole bytes") }
        try whole.end()
        signature = Array(bits.dropFirst())
        signed = Array(body.encodedBytes)
        self.der = der
        digest = SHA256Stream.digest(of: der)

        var fields = try DERCursor(body, .sequence, .certificate)
        var version = try fields.nested(.context(0))
        guard try version.small() == 2 else { throw .malformed(.certificate, "only version 3 is read") }
        serial = try fields.primitive(.integer)
        guard try SignatureScheme.read(&fields) == scheme else { throw .malformed(.certificate, "two signature algorithms are named") }
        issuer = Array(try fields.next(.sequence).encodedBytes)
        var validity = try fields.nested()
        notBefore = try validity.time()
        notAfter = try validity.time()
        try validity.end()
        subject = Array(try fields.next(.sequence).encodedBytes)
        keyInfo = Array(try fields.next(.sequence).encodedBytes)
        _ = fields.optional(.context(1))
        _ = fields.optional(.context(2))
        extensions = try X509Certificate.extensions(&fields)
        try fields.end()
    }

    private static func extensions(_ fields: inout DERCursor) throws(AnchorError) -> [ASN1ObjectIdentifier: Extension] {
        guard fields.nextTag == .context(3) else { return [:] }
        var tagged = try fields.nested(.context(3))
        var list = try tagged.nested()
        try tagged.end()
        var found: [ASN1ObjectIdentifier: Extension] = [:]
        while !list.isAtEnd {
            var one = try list.nested()
            let oid = try one.objectIdentifier()
            let isCritical = one.nextTag == .boolean ? try one.boolean() : false
            let value = Extension(isCritical: isCritical, value: try one.primitive(.octetString))
            try one.end()
            guard found.updateValue(value, forKey: oid) == nil else { throw .malformed(.certificate, "an extension stands twice") }
        }
        return found
    }

    func isSigned(by issuer: X509Certificate) -> Bool {
        guard let key = try? CertificateKey(issuer.keyInfo) else { return false }
        return key.isValid(signature, of: signed, scheme)
    }

    /// What a person calls it: common name, else organisation, else the beginning of its digest. At most 128 bytes, no control characters.
    package var name: String {
        let names = [[2, 5, 4, 3] as ASN1ObjectIdentifier, [2, 5, 4, 10]].lazy.compactMap { try? text(of: $0) }
        return names.first ?? "certificate \(digest.description.prefix(16))"
    }

    private func text(of attribute: ASN1ObjectIdentifier) throws(AnchorError) -> String? {
        var sets = try DERCursor.parse(subject, .certificate)
        while !sets.isAtEnd {
            var set = try sets.nested(.set)
            while !set.isAtEnd {
                var pair = try set.nested()
                guard try pair.objectIdentifier() == attribute else { continue }
                let value = try pair.next()
                guard [ASN1Identifier.utf8String, .printableString, .ia5String].contains(value.identifier) else { return nil }
                let bytes = try DERCursor.primitive(value, .certificate)
                guard let text = String(validating: bytes, as: UTF8.self), (1...AnchorProof.nameLimit).contains(bytes.count),
                    text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) })
                else { return nil }
                return text
            }
        }
        return nil
    }

    /// Every certificate of a PEM file (RFC 7468); text around them is skipped.
    package static func parse(pem file: [UInt8]) throws(AnchorError) -> [X509Certificate] {
        var certificates: [X509Certificate] = []
        var body: [UInt8]?
        for line in file.split(separator: 10, omittingEmptySubsequences: false) {
            let line = line.filter { $0 != 13 && $0 != 32 && $0 != 9 }
            if line.elementsEqual("-----BEGINCERTIFICATE-----".utf8) {
                body = []
            } else if line.elementsEqual("-----ENDCERTIFICATE-----".utf8), let whole = body {
                guard let der = Base64.decode(String(decoding: whole, as: UTF8.self)) else { throw .malformed(.certificate, "its PEM is not base64") }
                certificates.append(try X509Certificate(der: der))
                body = nil
            } else {
                body?.append(contentsOf: line)
            }
        }
        guard body == nil else { throw .malformed(.certificate, "its PEM is not ended") }
        return certificates
    }
}
