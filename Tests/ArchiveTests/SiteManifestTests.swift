import Evidence
import Foundation
import Seal
import Testing

@testable import Archive

@Suite struct SiteManifestTests {
    private func site() throws -> Scratch {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(at: scratch.url.appendingPathComponent("controls"), withIntermediateDirectories: true)
        try scratch.write("index.html", Array("<p>one</p>".utf8))
        try scratch.write("controls/CHG-01.html", Array("two".utf8))
        try scratch.write("controls-index.html", [])
        #expect(try SiteManifest.write(folder: scratch.url.path, sign: signer()) == 3)
        return scratch
    }
    private func findings(_ scratch: Scratch) throws -> [String] {
        try SiteManifest.verify(folder: scratch.url.path, trusted: [key().publicKey]).findings.map(\.description)
    }

    @Test func otherProgramsVerifyIt() throws {
        let scratch = try site()
        #expect(try findings(scratch) == [])
        #expect(try scratch.run("sha256sum --strict -c manifest-sha256.txt").code == 0)
        #expect(try scratch.run("cut -c67- manifest-sha256.txt").output == "controls-index.html\ncontrols/CHG-01.html\nindex.html\n")
        try scratch.write(
            "../allowed-\(scratch.url.lastPathComponent)",
            (AllowedSigner(principal: "r", namespaces: [], key: try key().publicKey).line + "\n").utf8)
        let verify =
            "ssh-keygen -Y verify -f ../allowed-\(scratch.url.lastPathComponent) -I r -n \(SignatureNamespace.site) -s manifest-sha256.txt.sig < manifest-sha256.txt"
        #expect(try scratch.run(verify).code == 0)
        _ = try scratch.run("rm ../allowed-\(scratch.url.lastPathComponent)")
    }

    @Test func writingTwiceGivesTheSameBytes() throws {
        let scratch = try site()
        let (manifest, signature) = (try scratch.read(SiteManifest.name), try scratch.read(SiteManifest.signatureName))
        try SiteManifest.write(folder: scratch.url.path, sign: signer())
        #expect(try scratch.read(SiteManifest.name) == manifest)
        #expect(try scratch.read(SiteManifest.signatureName) == signature)
    }

    @Test func everyChangedByteIsFoundAndNamed() throws {
        let scratch = try site()
        for name in ["index.html", "controls/CHG-01.html", SiteManifest.name, SiteManifest.signatureName] {
            let good = try scratch.read(name)
            for i in good.indices {
                var changed = good
                changed[i] ^= 1 << UInt8(i % 8)
                try scratch.write(name, changed)
                let found = try findings(scratch)
                if found.isEmpty { Issue.record("byte \(i) of \(name)") }
                if name.hasSuffix("html") { #expect(found.allSatisfy { $0.hasPrefix("'\(name)': changed") }) }
            }
            try scratch.write(name, good)
        }
        #expect(try findings(scratch) == [])
    }

    @Test func missingExtraAndStrangeFilesAreNamed() throws {
        let scratch = try site()
        _ = try scratch.run("rm index.html; printf x > extra.txt; ln -s extra.txt link; mkfifo pipe; ln -s /etc folder; printf x > 'a\\b'")
        let found = try findings(scratch)
        for expected in [
            "'index.html': missing, but listed", "'extra.txt': not listed in the manifest", "'link': a symbolic link",
            "'folder': a symbolic link", "'pipe': not a regular file",
        ] {
            #expect(found.contains(expected), "\(found)")
        }
        #expect(throws: Diagnostics.self) { try SiteManifest.write(folder: scratch.url.path) }
        #expect(
            try findings(
                try {
                    let s = try site()
                    _ = try s.run("rm manifest-sha256.txt")
                    return s
                }()
            ).contains("'manifest-sha256.txt': missing"))
    }

    @Test func aManifestSignedByAnotherKeyIsRefused() throws {
        let scratch = try site()
        try SiteManifest.write(folder: scratch.url.path, sign: signer(8))
        #expect(try findings(scratch).count == 1)
        #expect(try SiteManifest.verify(folder: scratch.url.path).signature == .selfSigned(key(8).publicKey))
        try FileManager.default.removeItem(at: scratch.url.appendingPathComponent(SiteManifest.signatureName))
        #expect(try SiteManifest.verify(folder: scratch.url.path).signature == .absent)
    }
}
