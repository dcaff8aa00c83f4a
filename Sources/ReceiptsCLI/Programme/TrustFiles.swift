import Anchors
import Controls
import Evidence

/// The files that `anchors:` in receipts.yaml names.
extension ProgrammeFolder {
    /// Throws with the place in receipts.yaml where a file is not there or holds no key.
    func trustRoots() throws -> TrustRoots {
        TrustRoots(
            authorities: try programme.anchors.authorities.flatMap { file in try read(file) { try X509Certificate.parse(pem: $0) } },
            witnesses: try programme.anchors.witnesses.flatMap { file in try read(file) { try WitnessKey.parse($0) } })
    }

    /// Paths and bytes, in the order of receipts.yaml, each once.
    func trustFiles() throws -> [(path: String, bytes: [UInt8])] {
        var files: [(path: String, bytes: [UInt8])] = []
        for file in programme.anchors.authorities + programme.anchors.witnesses where !files.contains(where: { $0.path == file.path }) {
            files.append((file.path, try read(file) { $0 }))
        }
        return files
    }

    private func read<T>(_ file: TrustFile, _ parse: ([UInt8]) throws -> [T]) throws -> [T] {
        guard Files.exists(root + "/" + file.path) else { throw Diagnostics(.error("there is no file '\(file.path)'", at: file.place)) }
        do {
            let found = try parse(try Files.read(root + "/" + file.path))
            guard !found.isEmpty else { throw Diagnostics(.error("'\(file.path)' names nobody", at: file.place)) }
            return found
        } catch let error as AnchorError {
            throw Diagnostics(.error("'\(file.path)' cannot be used: \(error)", at: file.place))
        }
    }
}
