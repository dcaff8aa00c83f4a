import Evidence
import SwiftASN1

/// The elements of one DER value, taken in order. What is not DER (X.690, clause 10) does not get here: lengths, tags and depth are the parser's.
struct DERCursor {
    private var iterator: ASN1NodeCollection.Iterator
    private var ahead: ASN1Node?
    private let form: AnchorError.Form

    /// The children of a constructed value with this tag.
    init(_ node: ASN1Node, _ tag: ASN1Identifier, _ form: AnchorError.Form) throws(AnchorError) {
        guard node.identifier == tag, case .constructed(let nodes) = node.content else { throw .malformed(form, "a value of another type was expected") }
        self.form = form
        iterator = nodes.makeIterator()
        ahead = iterator.next()
    }

    /// A whole document.
    static func node(_ bytes: [UInt8], _ form: AnchorError.Form) throws(AnchorError) -> ASN1Node {
        do { return try DER.parse(bytes) } catch { throw .malformed(form, "not DER") }
    }

    static func parse(_ bytes: [UInt8], _ form: AnchorError.Form) throws(AnchorError) -> DERCursor {
        try DERCursor(try node(bytes, form), .sequence, form)
    }

    var isAtEnd: Bool { ahead == nil }
    var nextTag: ASN1Identifier? { ahead?.identifier }

    mutating func next() throws(AnchorError) -> ASN1Node {
        guard let node = ahead else { throw .malformed(form, "an element is missing") }
        ahead = iterator.next()
        return node
    }

    mutating func next(_ tag: ASN1Identifier) throws(AnchorError) -> ASN1Node {
        guard let node = optional(tag) else { throw .malformed(form, "an element is missing or of another type") }
        return node
    }

    mutating func optional(_ tag: ASN1Identifier) -> ASN1Node? {
        guard let node = ahead, node.identifier == tag else { return nil }
        ahead = iterator.next()
        return node
    }

    mutating func nested(_ tag: ASN1Identifier = .sequence) throws(AnchorError) -> DERCursor { try DERCursor(try next(tag), tag, form) }

    /// The content of a primitive value.
    mutating func primitive(_ tag: ASN1Identifier) throws(AnchorError) -> [UInt8] { try DERCursor.primitive(try next(tag), form) }

    static func primitive(_ node: ASN1Node, _ form: AnchorError.Form) throws(AnchorError) -> [UInt8] {
        guard case .primitive(let bytes) = node.content else { throw .malformed(form, "a plain value was expected") }
        return Array(bytes)
    }

    mutating func objectIdentifier() throws(AnchorError) -> ASN1ObjectIdentifier {
        let node = try next(.objectIdentifier)
        do { return try ASN1ObjectIdentifier(derEncoded: node) } catch { throw .malformed(form, "an object identifier is not one") }
    }

    /// An integer of at most four bytes, not negative.
    mutating func small(_ tag: ASN1Identifier = .integer) throws(AnchorError) -> Int {
        let bytes = try primitive(tag)
        guard (1...4).contains(bytes.count), bytes[0] < 0x80 else { throw .malformed(form, "a number is out of range") }
        return bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// Whether a NULL stood there; it is taken off.
    mutating func null() throws(AnchorError) -> Bool {
        guard let node = optional(.null) else { return false }
        guard try DERCursor.primitive(node, form).isEmpty else { throw .malformed(form, "a NULL holds something") }
        return true
    }

    mutating func boolean() throws(AnchorError) -> Bool {
        let bytes = try primitive(.boolean)
        guard bytes == [0xff] || bytes == [0] else { throw .malformed(form, "a truth value is not one") }
        return bytes == [0xff]
    }

    /// A GeneralizedTime or UTCTime in DER's one spelling: seconds are there, the zone is Z, a fraction does not end in a zero.
    mutating func time() throws(AnchorError) -> Instant {
        let tag = nextTag
        let text = try primitive(tag == .utcTime ? .utcTime : .generalizedTime)
        guard text.allSatisfy({ (48...57).contains($0) || $0 == 46 || $0 == 90 }), text.last == 90 else { throw .malformed(form, "a time is not one") }
        var digits = String(decoding: text, as: UTF8.self)
        if tag == .utcTime {
            // RFC 5280, section 4.1.2.5.1.
            guard digits.utf8.count == 13 else { throw .malformed(form, "a time is not one") }
            digits = (digits < "50" ? "20" : "19") + digits
        }
        guard digits.utf8.count >= 15 else { throw .malformed(form, "a time is not one") }
        let parts = [0..<4, 4..<6, 6..<8, 8..<10, 10..<12].map { String(decoding: Array(digits.utf8)[$0], as: UTF8.self) }
        let rest = String(decoding: Array(digits.utf8)[12...], as: UTF8.self)
        guard !rest.hasSuffix("0Z") || !rest.contains("."), !rest.hasSuffix(".Z"),
            let instant = Instant("\(parts[0])-\(parts[1])-\(parts[2])T\(parts[3]):\(parts[4]):\(rest)")
        else { throw .malformed(form, "a time is not one") }
        return instant
    }

    func end() throws(AnchorError) {
        guard isAtEnd else { throw .malformed(form, "there is more than was expected") }
    }
}

extension ASN1Identifier {
    static func context(_ number: UInt) -> ASN1Identifier { ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific) }
}
