import Foundation
import Testing

@testable import ReceiptsCLI

/// What is about to be published is looked through; what the tool wrote itself is no finding.
@Suite struct FolderWriterTests {
    private static let key = "receipts/0123456789abcdef0123456789abcdef+95123456+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"

    private func leaks(_ text: String, own: [String], path: String = "page.html") throws -> [Int] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "writer-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var writer = FolderWriter(folder.path, own: own)
        try writer.write(path: path, bytes: Array(text.utf8))
        return writer.leaks.map(\.offset)
    }

    @Test func aKeyIdOfDigitsBehindAPlusIsNoPhoneNumber() throws {
        #expect(try leaks("<pre>\(Self.key)</pre>", own: []) == [46])
        #expect(try leaks("<pre>\(Self.key)</pre>", own: [Self.key]) == [])
    }

    @Test func aSaltThatLooksLikeAnAddressIsRandomAndTheRecordBehindItIsNot() throws {
        let salt = "0123456789ana@example.com 012345"
        #expect(salt.utf8.count == 32)
        #expect(try leaks(salt + "D 1 1\n{}", own: [], path: "proof/e1-r2.leaf.txt") == [])
        #expect(try leaks(salt + "D 1 1\nbo@example.com", own: [], path: "proof/e1-r2.leaf.txt") == [38])
        #expect(try leaks(salt, own: []) == [0])
    }

    @Test func digitsBehindAPlusWithinAHashAreNoPhoneNumber() throws {
        let hash = "AepKbGPinFIKvvVQexMuxfmV+95123456/kIe6mkURt="
        #expect(hash.utf8.count == 44)
        #expect(try leaks("<li>\(hash)</li>", own: []) == [])
        #expect(try leaks("<li>x\(hash)</li>", own: []) == [29])
        #expect(try leaks("<li>\(hash.dropLast())</li>", own: []) == [28])
        #expect(try leaks("call +95123456=", own: []) == [5])
    }

    @Test func aPhoneNumberBesideOneIsStillFound() throws {
        #expect(try leaks("\(Self.key)\n+49 151 23456789", own: [Self.key]) == [Self.key.utf8.count + 1])
        #expect(try leaks("+95123456+AepK", own: [Self.key]) == [0])
    }
}
