import Crypto
import Evidence
import SwiftASN1

/// An RFC 3161 time-stamp token: CMS SignedData (RFC 5652) around a TSTInfo, by exactly one signer.
package struct TimestampToken: Sendable {
    /// The DER of the ContentInfo.
    package let der: [UInt8]
    /// When, with the accuracy that the authority claims.
    package let time: Span
    package let nonce: [UInt8]?
    private let imprint: [UInt8]
    private let imprintHash: HashFunction
    private let genTime: Instant
    private let certificates: [X509Certificate]
    private let signer: SignerRecord

    /// Reads a token, or the token of a response that granted one.
    package init(_ der: [UInt8]) throws(AnchorError) {
        var outer = try DERCursor.parse(der, .token)
        // A request begins with its version, a response with its status, a token with its type.
        if outer.nextTag == .integer { throw .request }
        if outer.nextTag == .sequence {
            self = try TimestampToken(try TimestampResponse.token(der))
            return
        }
        guard try outer.objectIdentifier() == [1, 2, 840, 113549, 1, 7, 2] else { throw .malformed(.token, "not signed data") }
        var tagged = try outer.nested(.context(0))
        try outer.end()
        var data = try tagged.nested()
        try tagged.end()
        guard try data.small() == 3 else { throw .malformed(.token, "signed data of another version") }
        let hashes = try TimestampToken.hashes(try data.nested(.set))
        let content = try TimestampToken.content(try data.nested())
        // A SET OF in CMS need not be in DER's order, and OpenSSL's is not: each certificate is DER itself.
        certificates = try data.nextTag == .context(0) ? TimestampToken.certificates(try data.nested(.context(0))) : []
        _ = data.optional(.context(1))
        var signers = try data.nested(.set)
        try data.end()
        signer = try SignerRecord(try signers.nested(), content: content)
        guard signers.isAtEnd, hashes == [signer.hash] else { throw .malformed(.token, "more than one signer, or another hash than the one announced") }

        let info = try TimestampStatement(content)
        self.der = der
        (time, genTime, nonce, imprint, imprintHash) = (info.time, info.genTime, info.nonce, info.imprint, info.imprintHash)
    }

    private static func hashes(_ given: DERCursor) throws(AnchorError) -> [HashFunction] {
        var set = given
        var found: [HashFunction] = []
        while !set.isAtEnd { found.append(try HashFunction.read(&set, .token)) }
        return found
    }

    private static func content(_ given: DERCursor) throws(AnchorError) -> [UInt8] {
        var encapsulated = given
        guard try encapsulated.objectIdentifier() == SignerRecord.contentType else { throw .malformed(.token, "it holds no TSTInfo") }
        var tagged = try encapsulated.nested(.context(0))
        try encapsulated.end()
        let content = try tagged.primitive(.octetString)
        try tagged.end()
        return content
    }

    private static func certificates(_ given: DERCursor) throws(AnchorError) -> [X509Certificate] {
        var set = given
        var found: [X509Certificate] = []
        while !set.isAtEnd {
            let node = try set.next()
            guard node.identifier == .sequence else { continue }
            found.append(try X509Certificate(der: Array(node.encodedBytes)))
            guard found.count <= 8 else { throw .malformed(.token, "more than eight certificates") }
        }
        return found
    }

    /// Whether it is over these bytes.
    package func isOver(_ bytes: [UInt8]) -> Bool { imprintHash == .sha256 && imprintHash.digest(bytes) == imprint }

    /// The signer's name as its certificate states it, believed or not.
    package var name: String { certificates.first(where: signer.isMeant)?.name ?? "an authority whose certificate is not in the token" }

    /// The trusted certificate that vouches for it; nil if its signer leads to none. Throws where it is over other bytes, or not to be believed.
    package func verify(over bytes: [UInt8], trusted: [X509Certificate]) throws(AnchorError) -> (root: X509Certificate, by: String)? {
        guard isOver(bytes) else { throw .otherCheckpoint }
        guard let certificate = (certificates + trusted).first(where: signer.isMeant) else { return nil }
        try signer.verify(by: certificate)
        try certificate.requireTimestamping()
        guard let root = try CertificateChain(trusted: trusted, others: certificates).root(of: certificate, at: genTime) else { return nil }
        return (root, certificate.name)
    }
}
