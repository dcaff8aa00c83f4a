import Evidence
import SwiftASN1

/// From the signer of a token up to a certificate that the reader trusts: RFC 5280's path validation, for chains of up to four.
struct CertificateChain {
    private let trusted: [X509Certificate]
    private let others: [X509Certificate]

    /// The signer and three above it.
    private static let longest = 4

    /// `others`: what a token brings along; believed in nothing but their signatures.
    init(trusted: [X509Certificate], others: [X509Certificate]) {
        self.trusted = trusted
        self.others = others
    }

    /// The trusted certificate that the signer leads to, the farthest one where there are several; nil if it leads to none.
    /// Throws where it does lead there, and the way may not be gone: a validity that `at` lies outside, a certificate that may not sign others.
    func root(of signer: X509Certificate, at: Instant) throws(AnchorError) -> X509Certificate? {
        guard let chain = chain(from: [signer]) else { return nil }
        for certificate in chain {
            guard at >= certificate.notBefore, at <= certificate.notAfter else { throw .outsideValidity(of: certificate.name, at: at) }
            try requireKnownExtensions(certificate)
        }
        for (depth, authority) in chain.enumerated().dropFirst() { try requireAuthority(authority, below: depth - 1) }
        return chain.last
    }

    /// By names and signatures alone; the longest one that ends in a trusted certificate.
    private func chain(from chain: [X509Certificate]) -> [X509Certificate]? {
        guard let last = chain.last else { return nil }
        var best = trusted.contains(last) ? chain : nil
        guard chain.count < CertificateChain.longest, last.issuer != last.subject else { return best }
        for issuer in trusted + others where issuer.subject == last.issuer && !chain.contains(issuer) && last.isSigned(by: issuer) {
            if let longer = self.chain(from: chain + [issuer]), longer.count > best?.count ?? 0 { best = longer }
        }
        return best
    }

    /// `below`: certificates between it and the signer.
    private func requireAuthority(_ certificate: X509Certificate, below: Int) throws(AnchorError) {
        guard let constraints = certificate.extensions[.basicConstraints] else { throw .noAuthority(certificate.name) }
        var fields = try DERCursor.parse(constraints.value, .certificate)
        let isAuthority = fields.nextTag == .boolean ? try fields.boolean() : false
        let limit = fields.nextTag == .integer ? try fields.small() : Int.max
        try fields.end()
        guard isAuthority, below <= limit, try certificate.mayUseKey(for: [.certificateSigning]) else { throw .noAuthority(certificate.name) }
    }

    private func requireKnownExtensions(_ certificate: X509Certificate) throws(AnchorError) {
        let known: [ASN1ObjectIdentifier] = [.basicConstraints, .keyUsage, .extendedKeyUsage, .certificatePolicies]
        for (oid, one) in certificate.extensions where one.isCritical && !known.contains(oid) { throw .unsupported("the critical extension \(oid)") }
    }
}

extension X509Certificate {
    /// Bits of KeyUsage, numbered as in RFC 5280, section 4.2.1.3.
    enum KeyUse: Int { case digitalSignature = 0, nonRepudiation = 1, certificateSigning = 5 }

    /// Whether any of the uses is among those that it is limited to; without that extension there is no limit.
    func mayUseKey(for uses: [KeyUse]) throws(AnchorError) -> Bool {
        guard let usage = extensions[.keyUsage] else { return true }
        let bits = try DERCursor.primitive(try DERCursor.node(usage.value, .certificate), .certificate).dropFirst()
        return uses.contains { use in bits.dropFirst(use.rawValue / 8).first.map { $0 >> (7 - use.rawValue % 8) & 1 == 1 } ?? false }
    }

    /// RFC 3161, section 2.3: time-stamping is the one purpose, and the extension that says so is critical.
    func requireTimestamping() throws(AnchorError) {
        guard let purposes = extensions[.extendedKeyUsage], purposes.isCritical else {
            throw .notForTimestamping(name, "no critical extended key usage")
        }
        var list = try DERCursor.parse(purposes.value, .certificate)
        guard try list.objectIdentifier() == [1, 3, 6, 1, 5, 5, 7, 3, 8], list.isAtEnd else {
            throw .notForTimestamping(name, "its extended key usage is not time-stamping alone")
        }
        guard try mayUseKey(for: [.digitalSignature, .nonRepudiation]) else { throw .notForTimestamping(name, "its key may not sign") }
    }
}

extension ASN1ObjectIdentifier {
    fileprivate static let basicConstraints: ASN1ObjectIdentifier = [2, 5, 29, 19]
    fileprivate static let keyUsage: ASN1ObjectIdentifier = [2, 5, 29, 15]
    fileprivate static let extendedKeyUsage: ASN1ObjectIdentifier = [2, 5, 29, 37]
    fileprivate static let certificatePolicies: ASN1ObjectIdentifier = [2, 5, 29, 32]
}
