/// What kind of place an address is, by the registries of special-purpose addresses (RFC 6890) and the RFCs that they name.
package enum AddressClass: Hashable, Sendable {
    /// Reached over the internet, as far as an address can say.
    case open
    /// This machine.
    case loopback
    /// A network of one's own: RFC 1918, RFC 6598, unique local addresses (RFC 4193).
    case ownNetwork
    /// Never a source: link-local (where clouds hand out their machines' credentials), unspecified, multicast, broadcast, reserved.
    case refused

    /// From the 4 or 16 bytes of an address.
    package init(_ bytes: [UInt8]) {
        switch bytes.count {
        case 4: self = AddressClass.v4(bytes)
        case 16: self = AddressClass.v6(bytes)
        default: self = .refused
        }
    }

    private static func v4(_ b: [UInt8]) -> AddressClass {
        // One cloud's metadata lies in the midst of RFC 6598.
        if b == [100, 100, 100, 200] { return .refused }
        return switch (b[0], b[1]) {
        case (127, _): .loopback
        case (10, _), (172, 16...31), (192, 168), (100, 64...127): .ownNetwork
        case (0, _), (169, 254), (224..., _): .refused
        // Protocol assignments; one cloud's metadata lies there.
        case (192, 0) where b[2] == 0: .refused
        default: .open
        }
    }

    private static func v6(_ b: [UInt8]) -> AddressClass {
        let isZero = b[..<10].allSatisfy { $0 == 0 }
        // An IPv4 address in another coat is judged as what it is: mapped (RFC 4291), translated (RFC 6052), 6to4 (RFC 3056).
        if isZero, b[10] == 0xff, b[11] == 0xff { return v4(Array(b[12...])) }
        if b.starts(with: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) { return v4(Array(b[12...])) }
        if b.starts(with: [0x20, 0x02]) { return v4(Array(b[2..<6])) }
        if isZero, b[10...].dropLast().allSatisfy({ $0 == 0 }) { return b[15] == 1 ? .loopback : .refused }
        // Amazon's metadata over IPv6, in the midst of the unique local addresses.
        if b.starts(with: [0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0]) { return .refused }
        if b[0] & 0xfe == 0xfc { return .ownNetwork }
        // Global unicast is 2000::/3; of the rest nothing is a server on the internet.
        return b[0] & 0xe0 == 0x20 ? .open : .refused
    }

    /// As people write it; IPv6 without the shortening by `::`.
    package static func text(_ bytes: [UInt8]) -> String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: bytes.count - 1, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
    }
}
