import Evidence

/// Text and the signatures under it (C2SP signed-note v1).
package struct SignedNote: Hashable, Sendable {
    /// One signature line, of any type, known or not.
    package struct Line: Hashable, Sendable {
        package let name: String
        package let keyID: UInt32
        package let signature: [UInt8]

        package init(name: String, keyID: UInt32, signature: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.signature = signature
        }

        /// As it stands in a note, with its line feed.
        package var text: [UInt8] {
            let id = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: keyID >> UInt32($0)) }
            return SignedNote.dash + Array("\(name) \(Base64.encode(id + signature))\n".utf8)
        }
    }

    /// Ends with a line feed. Not to be believed before `verify`.
    package let text: [UInt8]
    package private(set) var lines: [Line]

    /// Far more than 16 signatures of the largest type need.
    package static let maximumBytes = 1 << 20
    package static let maximumSignatures = 100

    private static let dash = Array("— ".utf8)

    /// A note with one signature.
    package init(text: [UInt8], name: String, signer: Signer) throws {
        guard text.last == 10, SignedNote.isText(text) else {
            throw SealError.malformed(.note, "the text is not UTF-8 lines without control characters")
        }
        self.text = text
        lines = []
        try sign(name: name, signer: signer)
    }

    package init(_ bytes: [UInt8]) throws(SealError) {
        guard bytes.count <= SignedNote.maximumBytes else { throw .malformed(.note, "larger than \(SignedNote.maximumBytes) bytes") }
        guard SignedNote.isText(bytes) else { throw .malformed(.note, "not UTF-8, or with control characters") }
        guard let all = Seal.lines(of: bytes), let blank = all.lastIndex(of: []), blank > 0, blank + 1 < all.count else {
            throw .malformed(.note, "expected text, an empty line and signature lines, the last one ended")
        }
        guard all.count - blank - 1 <= SignedNote.maximumSignatures else {
            throw .malformed(.note, "more than \(SignedNote.maximumSignatures) signatures")
        }
        text = Array(all[..<blank].map { $0 + [10] }.joined())
        var lines: [Line] = []
        for line in all[(blank + 1)...] { lines.append(try SignedNote.readLine(line)) }
        self.lines = lines
    }

    /// Adds a signature below those that are there.
    package mutating func sign(name: String, signer: Signer) throws {
        let id = try VerifierKey(name: name, key: signer.publicKey).id
        lines.append(Line(name: name, keyID: id, signature: try signer.sign(text)))
    }

    /// The keys that signed, in the order of their lines.
    ///
    /// Lines by other keys are ignored, as the format demands. One bad line by a trusted key refuses the whole note.
    @discardableResult
    package func verify(_ trusted: [VerifierKey]) throws(SealError) -> [VerifierKey] {
        var signers: [VerifierKey] = []
        for line in lines {
            for key in trusted where key.id == line.keyID && key.name.utf8.elementsEqual(line.name.utf8) {
                guard key.key.isValid(signature: line.signature, for: text) else { throw .wrongSignature(by: key.name) }
                signers.append(key)
            }
        }
        guard !signers.isEmpty else { throw .noTrustedSignature }
        return signers
    }

    package var bytes: [UInt8] { text + [10] + lines.flatMap(\.text) }

    private static func readLine(_ line: [UInt8]) throws(SealError) -> Line {
        guard line.starts(with: dash) else { throw .malformed(.note, "a signature line begins with an em dash and a space") }
        let words = line.dropFirst(dash.count).split(separator: 32, omittingEmptySubsequences: false)
        guard words.count == 2 else { throw .malformed(.note, "a signature line is a dash, a name and a signature") }
        let name = String(decoding: words[0], as: UTF8.self)
        guard VerifierKey.isName(name) else { throw .malformed(.note, "a key name has no space and no '+'") }
        guard let encoded = Base64.decode(String(decoding: words[1], as: UTF8.self)), encoded.count > 4 else {
            throw .malformed(.note, "a signature is the base64 of more than four bytes")
        }
        return Line(name: name, keyID: encoded.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }, signature: Array(encoded.dropFirst(4)))
    }

    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 || $0 == 10 } && String(validating: bytes, as: UTF8.self) != nil
    }
}

extension SignedNote: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
