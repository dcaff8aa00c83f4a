import Evidence
import Seal

/// Makes an armoured SSH signature from a SHA-256 digest and a namespace; a key file or an agent stands behind it.
package typealias DetachedSigner = (_ sha256: Digest32, _ namespace: String) throws -> String

/// What a signature is for. One made for another of these does not verify.
package enum SignatureNamespace {
    /// The container file, `X.tar.zst.sig`.
    package static let container = "receipts-archive@v1"
    /// `tagmanifest-sha256.txt` in a bag.
    package static let tagManifest = "receipts-manifest@v1"
    /// `manifest-sha256.txt` of a published folder.
    package static let site = "receipts-site@v1"
}

/// What a signature said.
package enum SignatureStatus: Hashable, Sendable {
    case absent
    /// By one of the keys that the reader trusts.
    case valid(PublicKey)
    /// Intact, by the key it names; the reader named none to hold it against.
    case selfSigned(PublicKey)
    /// Intact, by a key to which one that the reader trusts handed over.
    case vouched(PublicKey, by: PublicKey)
    case refused(String)

    /// Over a message that is held whole.
    static func check(_ armored: [UInt8]?, over message: [UInt8], namespace: String, trusted: [PublicKey]?) -> SignatureStatus {
        check(armored, namespace: namespace, trusted: trusted) { $0.digest(of: message) }
    }

    /// `digest`: of the message by the hash that the signature names; nil refuses the signature.
    static func check(
        _ armored: [UInt8]?, namespace: String, trusted: [PublicKey]?, digest: (SignatureHash) -> [UInt8]?
    ) -> SignatureStatus {
        guard let armored else { return .absent }
        do throws(SealError) {
            let signature = try SSHSignature(armored: armored)
            guard let digest = digest(signature.hash) else { return .refused("it is not the signature that reading began with") }
            try signature.verify(digest: digest, namespace: namespace, allowed: trusted ?? [signature.key])
            return trusted == nil ? .selfSigned(signature.key) : .valid(signature.key)
        } catch {
            return .refused("\(error)")
        }
    }

    var refusal: String? {
        if case .refused(let reason) = self { reason } else { nil }
    }
}
