import Crypto
import Evidence
import Glibc

/// Digests of whole files, a mebibyte at a time.
enum FileDigest {
    static func sha256(_ path: String) throws(FileError) -> Evidence.Digest {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
        defer { close(descriptor) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let got = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard got >= 0 else { throw FileError(path: path, code: errno) }
            if got == 0 { return Evidence.Digest(Array(hash.finalize())) }
            buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<got])) }
        }
    }
}
