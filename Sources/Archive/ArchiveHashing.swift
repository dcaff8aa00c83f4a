import Seal

/// What an archive says of how it was hashed, before anything of it is verified.
package enum ArchiveHashing {
    /// Whether it announces SHA-512 manifests. Reads no further than `bag-info.txt`, which comes before the payload.
    package static func announcesSHA512(_ path: String, limits: ArchiveLimits = ArchiveLimits()) throws(ArchiveError) -> Bool {
        let container = try ArchiveFormat.reader(path, limits: limits, FileDigests())
        do throws(ContainerStop) {
            try container.open()
            while let entry = try container.next() {
                let name = entry.name.drop { $0 != UInt8(ascii: "/") }.dropFirst()
                guard name.elementsEqual(BagText.info.utf8), entry.size <= limits.keptBytes else { continue }
                var bytes: [UInt8] = []
                try container.read { bytes.append(contentsOf: $0) }
                return BagText.readInfo(bytes)?.contains(BagText.twoManifests) ?? false
            }
        } catch {
            switch error {
            case .flaw(let reason): throw .flawed(path: path, reason: reason)
            case .failure(let error): throw error
            }
        }
        return false
    }
}
