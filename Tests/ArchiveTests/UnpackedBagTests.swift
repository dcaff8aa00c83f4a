import Evidence
import Foundation
import Seal
import Testing

@testable import Archive

@Suite struct UnpackedBagTests {
    /// The Library of Congress's conformance suite, without the bags that only Windows can take wrongly. As its own harness judges: `valid` without a
    /// finding, `invalid` and `linux-only` with one, `warning` not in silence.
    @Test func theConformanceSuiteIsJudgedAsItsAuthorsDo() throws {
        guard let suite = shared("vectors/bagit/bagit-conformance-suite.tar.gz") else { return }
        let scratch = try Scratch()
        #expect(try scratch.run("tar -xzf '\(suite.path)'").code == 0)
        var judged: [String: Int] = [:]
        let manager = FileManager.default
        for version in try manager.contentsOfDirectory(atPath: scratch.url.path).sorted() where version.hasPrefix("v") {
            for category in try manager.contentsOfDirectory(atPath: scratch.url.appendingPathComponent(version).path).sorted() where category != "windows-only"
            {
                let folder = scratch.url.appendingPathComponent("\(version)/\(category)")
                for name in try manager.contentsOfDirectory(atPath: folder.path).sorted() {
                    let path = folder.appendingPathComponent(name).path
                    guard manager.fileExists(atPath: path + "/data") else { continue }
                    let bag = try UnpackedBag(path)
                    let said = (bag.findings + bag.warnings).map(\.description)
                    judged[category, default: 0] += 1
                    switch category {
                    case "valid": #expect(bag.findings.isEmpty, "\(version)/\(name): \(said)")
                    case "warning": #expect(!said.isEmpty, "\(version)/\(name)")
                    default: #expect(!bag.findings.isEmpty, "\(version)/\(category)/\(name): \(said)")
                    }
                }
            }
        }
        #expect(judged == ["valid": 27, "invalid": 15, "linux-only": 6, "warning": 6], "\(judged)")
        #expect(judged.values.reduce(0, +) == 54)
    }

    @Test func anArchiveOfOursIsTakenUnpackedAndEveryChangeIsFound() throws {
        let scratch = try Scratch()
        try ArchiveWriter.write(
            members: [ArchiveMember("data/a", .bytes([1])), ArchiveMember("data/b/c", .bytes([2]))], bagName: "bag", modified: Instant(nanoseconds: 0),
            info: [],
            to: scratch.url.appendingPathComponent("x.zip").path, format: .zip, hasSHA512: true, sign: try signer())
        #expect(try scratch.run("bsdtar -xf x.zip").code == 0)
        let folder = scratch.url.appendingPathComponent("bag").path
        let signer = try key().publicKey
        let bag = try UnpackedBag(folder, trusted: [signer])
        #expect(bag.findings == [] && bag.warnings == [] && bag.version == "1.0" && bag.algorithms == [.sha256, .sha512] && bag.payloadFiles == 2)
        #expect(bag.signature == .valid(signer))
        for (change, finding) in [
            ("echo > bag/data/a", "'data/a': changed"), ("rm bag/data/a", "'data/a': missing"), ("echo > bag/data/d", "'data/d': not listed"),
            ("echo >> bag/bag-info.txt", "'bag-info.txt': changed"), ("ln -sf a bag/data/l", "'data/l': a symbolic link"),
            ("printf 1 > bag/data/$(printf 'n\\303\\261') && printf 2 > bag/data/$(printf 'nn\\314\\203')", "'data/nñ': not listed"),
            ("printf 1 > bag/data/$(printf '\\303\\261') && printf 2 > bag/data/$(printf 'n\\314\\203')", "'data/ñ': differs from"),
            ("echo >> bag/tagmanifest-sha256.txt", "'tagmanifest-sha256.txt.sig'"),
            ("sed -i 1d bag/manifest-sha512.txt", "'data/a': not listed in every manifest"),
        ] {
            #expect(try scratch.run("rm -rf bag && bsdtar -xf x.zip && chmod -R u+w bag && \(change)").code == 0)
            let findings = try UnpackedBag(folder).findings.map(\.description)
            #expect(findings.contains { $0.hasPrefix(finding) }, "\(change): \(findings)")
        }
    }

    @Test func everyAlgorithmIsThatOfCoreutils() throws {
        let scratch = try Scratch()
        for count in [0, 1, 55, 56, 63, 64, 119, 120, 1000, 70_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            try scratch.write("f", bytes)
            for algorithm in DigestAlgorithm.allCases {
                var stream = AnyDigestStream(algorithm)
                for part in [bytes[..<(count / 3)], bytes[(count / 3)...]] { Array(part).withUnsafeBytes { stream.update($0) } }
                #expect(
                    try scratch.run("\(algorithm.rawValue)sum < f | cut -d' ' -f1").output == Hex.encode(stream.digest()) + "\n", "\(algorithm) of \(count)")
            }
        }
    }
}
