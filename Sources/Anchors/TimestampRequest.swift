import Evidence
import Seal

/// What an authority is asked (RFC 3161, section 2.4.1): a time-stamp over the SHA-256 of some bytes, with its own certificate in the answer.
package struct TimestampRequest: Sendable {
    package let der: [UInt8]
    /// The content of the nonce's INTEGER: an answer to this request repeats it.
    package let nonce: [UInt8]

    /// `random`: eight bytes.
    package init(over bytes: [UInt8], random: [UInt8]) {
        precondition(random.count == 8, "a nonce has eight bytes")
        // Positive and in its shortest form, whatever was drawn.
        nonce = [random[0] & 0x7f | 0x40] + random.dropFirst()
        let sha256: [UInt8] = [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00]
        let imprint = [0x30, 0x31] + sha256 + [0x04, 0x20] + SHA256Stream.digest(of: bytes).bytes
        let body = [0x02, 0x01, 0x01] + imprint + [0x02, 0x08] + nonce + [0x01, 0x01, 0xff]
        der = [0x30, UInt8(body.count)] + body
    }
}

/// What an authority answers (RFC 3161, section 2.4.2).
package enum TimestampResponse {
    /// The token's DER. Throws the authority's own reason where it granted none.
    package static func token(_ der: [UInt8]) throws(AnchorError) -> [UInt8] {
        var response = try DERCursor.parse(der, .response)
        var status = try response.nested()
        let code = try status.small()
        guard code <= 1 else { throw .notGranted(status: code, try words(&status)) }
        let token = try response.next(.sequence)
        try response.end()
        return Array(token.encodedBytes)
    }

    private static func words(_ status: inout DERCursor) throws(AnchorError) -> String {
        guard status.nextTag == .sequence else { return "" }
        var texts = try status.nested()
        let bytes = texts.isAtEnd ? [] : try texts.primitive(.utf8String)
        return String(decoding: bytes.filter { $0 >= 32 && $0 != 127 }.prefix(200), as: UTF8.self)
    }
}
