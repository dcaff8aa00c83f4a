import Anchors
import Archive
import Evidence
import Seal

extension TrustRoots {
    /// Whom a reader names on the command line. A witness is a file of vkey lines, or such a line itself.
    package static func read(authorities: [String], witnesses: [String]) throws -> TrustRoots {
        var keys: [WitnessKey] = []
        for name in witnesses {
            if !SmallFile.exists(name), name.utf8.filter({ $0 == UInt8(ascii: "+") }).count >= 2 {
                keys.append(try WitnessKey(name))
            } else {
                keys += try WitnessKey.parse(try SmallFile.read(name))
            }
        }
        return TrustRoots(authorities: try authorities.flatMap { try certificates($0) }, witnesses: keys)
    }

    private static func certificates(_ path: String) throws -> [X509Certificate] {
        let found = try X509Certificate.parse(pem: try SmallFile.read(path))
        guard !found.isEmpty else { throw AnchorError.malformed(.certificate, "'\(path)' holds none (PEM)") }
        return found
    }

    /// The names under which an archive carries the roots that its programme names, in its folder of anchors.
    package static let witnessFile = "witnesses.txt"
    package static let authorityFile = "authorities.pem"

    /// Whom an archive itself names. A file of it that holds no roots names nobody, and is a finding.
    static func read(_ members: [String: [UInt8]], in folder: String) -> (roots: TrustRoots, findings: [String]) {
        var findings: [String] = []
        func roots<Root>(_ name: String, _ parse: ([UInt8]) throws(AnchorError) -> [Root]) -> [Root] {
            do { return try parse(members[folder + name] ?? []) } catch {
                findings.append("'\(folder)\(name)': holds no roots that can be read: \(error)")
                return []
            }
        }
        let authorities = roots(authorityFile) { bytes throws(AnchorError) in try X509Certificate.parse(pem: bytes) }
        let witnesses = roots(witnessFile) { bytes throws(AnchorError) in try WitnessKey.parse(bytes) }
        return (TrustRoots(authorities: authorities, witnesses: witnesses), findings)
    }
}
