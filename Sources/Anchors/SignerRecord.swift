import Crypto
import Evidence
import SwiftASN1

/// The SignerInfo of a time-stamp token (RFC 5652, section 5.3; RFC 3161, section 2.4.2; RFC 5816).
struct SignerRecord: Sendable {
    /// id-ct-TSTInfo.
    static let contentType: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 1, 4]

    private enum Name: Sendable {
        /// The issuer's name as DER, and the serial number.
        case issuer([UInt8], serial: [UInt8])
        case keyIdentifier([UInt8])
    }
    private let name: Name
    let hash: HashFunction
    private let scheme: SignatureScheme
    private let signature: [UInt8]
    /// The signed attributes as a SET OF: what the signature is over.
    private let signed: [UInt8]
    private let certificateHash: CertificateHash

    private struct CertificateHash: Sendable {
        /// Nil: SHA-1, of which the first version of the attribute knows nothing else. The signature is over the whole, so a collision would
        /// have to be in the authority's own certificate.
        let hash: HashFunction?
        let value: [UInt8]
        func isOf(_ der: [UInt8]) -> Bool { (hash.map { $0.digest(der) } ?? Array(Insecure.SHA1.hash(data: der))) == value }
    }

    init(_ given: DERCursor, content: [UInt8]) throws(AnchorError) {
        var fields = given
        let version = try fields.small()
        if version == 1 {
            var identifier = try fields.nested()
            name = .issuer(Array(try identifier.next(.sequence).encodedBytes), serial: try identifier.primitive(.integer))
            try identifier.end()
        } else {
            guard version == 3 else { throw .malformed(.token, "a signer of another version") }
            name = .keyIdentifier(try fields.primitive(.context(0)))
        }
        hash = try HashFunction.read(&fields, .token)
        let attributes = try fields.next(.context(0))
        scheme = try SignatureScheme.read(&fields, digest: hash)
        signature = try fields.primitive(.octetString)
        _ = fields.optional(.context(1))
        try fields.end()
        signed = [0x31] + attributes.encodedBytes.dropFirst()
        let values = try SignerRecord.attributes(attributes)
        guard var type = values[[1, 2, 840, 113549, 1, 9, 3]], try type.objectIdentifier() == SignerRecord.contentType else {
            throw .malformed(.token, "its signer signs another type of content")
        }
        guard var digest = values[[1, 2, 840, 113549, 1, 9, 4]], try digest.primitive(.octetString) == hash.digest(content) else {
            throw .wrongSignature(by: "the authority")
        }
        certificateHash = try SignerRecord.certificateHash(values)
    }

    /// Each attribute once, and with one value.
    private static func attributes(_ node: ASN1Node) throws(AnchorError) -> [ASN1ObjectIdentifier: DERCursor] {
        var set = try DERCursor(node, .context(0), .token)
        var found: [ASN1ObjectIdentifier: DERCursor] = [:]
        while !set.isAtEnd {
            var one = try set.nested()
            let oid = try one.objectIdentifier()
            var values = try one.nested(.set)
            try one.end()
            guard found.updateValue(values, forKey: oid) == nil else { throw .malformed(.token, "a signed attribute stands twice") }
            _ = try values.next()
            guard values.isAtEnd else { throw .malformed(.token, "a signed attribute has more than one value") }
        }
        return found
    }

    /// Which certificate the signer says is its own: signing-certificate-v2, else signing-certificate.
    private static func certificateHash(_ values: [ASN1ObjectIdentifier: DERCursor]) throws(AnchorError) -> CertificateHash {
        if var second = values[[1, 2, 840, 113549, 1, 9, 16, 2, 47]] {
            var attribute = try second.nested()
            var list = try attribute.nested()
            var first = try list.nested()
            let hash = first.nextTag == .sequence ? try HashFunction.read(&first, .token) : .sha256
            return CertificateHash(hash: hash, value: try first.primitive(.octetString))
        }
        guard var old = values[[1, 2, 840, 113549, 1, 9, 16, 2, 12]] else { throw .malformed(.token, "its signer does not say which certificate is its own") }
        var attribute = try old.nested()
        var list = try attribute.nested()
        var first = try list.nested()
        return CertificateHash(hash: nil, value: try first.primitive(.octetString))
    }

    func isMeant(_ certificate: X509Certificate) -> Bool {
        switch name {
        case .issuer(let issuer, let serial): certificate.issuer == issuer && certificate.serial == serial
        case .keyIdentifier(let identifier):
            // SubjectKeyIdentifier ::= OCTET STRING
            certificate.extensions[[2, 5, 29, 14]]?.value == [0x04, UInt8(truncatingIfNeeded: identifier.count)] + identifier
        }
    }

    func verify(by certificate: X509Certificate) throws(AnchorError) {
        guard certificateHash.isOf(certificate.der) else { throw .malformed(.token, "its signer names another certificate as its own") }
        guard try CertificateKey(certificate.keyInfo).isValid(signature, of: signed, scheme) else { throw .wrongSignature(by: certificate.name) }
    }
}
