import Evidence
import Seal

/// The digests of a container file while its bytes go by.
struct FileDigests {
    private var sha256 = SHA256Stream()
    private var sha512: SHA512Stream?
    private(set) var bytes = 0

    /// `signature`: what lies beside the container. Only one that is made over SHA-512, as `ssh-keygen` does unless told otherwise, asks for it.
    init(for signature: [UInt8]? = nil) {
        let hash = signature.flatMap { try? SSHSignature(armored: $0).hash }
        sha512 = hash == .sha512 ? SHA512Stream() : nil
    }

    mutating func update(_ part: UnsafeRawBufferPointer) {
        sha256.update(part)
        sha512?.update(part)
        bytes += part.count
    }

    func finish() -> Finished { Finished(bytes: bytes, sha256: sha256.digest(), sha512: sha512?.digest()) }

    struct Finished {
        let bytes: Int
        let sha256: Digest32
        let sha512: [UInt8]?
        /// Nil for a hash that no signature asked for.
        func digest(_ hash: SignatureHash) -> [UInt8]? {
            switch hash {
            case .sha256: sha256.bytes
            case .sha512: sha512
            }
        }
    }
}
