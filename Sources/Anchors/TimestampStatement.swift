import Evidence
import SwiftASN1

/// What an authority states: these bytes were there at this time (RFC 3161, TSTInfo).
struct TimestampStatement {
    let imprint: [UInt8]
    let imprintHash: HashFunction
    /// genTime, widened by the accuracy that it claims.
    let time: Span
    let genTime: Instant
    /// The content of the INTEGER, nil where the request had none.
    let nonce: [UInt8]?

    init(_ der: [UInt8]) throws(AnchorError) {
        var fields = try DERCursor.parse(der, .token)
        guard try fields.small() == 1 else { throw .malformed(.token, "only version 1 is read") }
        _ = try fields.objectIdentifier()
        var message = try fields.nested()
        imprintHash = try HashFunction.read(&message, .token)
        imprint = try message.primitive(.octetString)
        try message.end()
        _ = try fields.primitive(.integer)
        guard fields.nextTag == .generalizedTime else { throw .malformed(.token, "its time is not a GeneralizedTime") }
        genTime = try fields.time()
        let accuracy = fields.nextTag == .sequence ? try TimestampStatement.accuracy(try fields.nested()) : 0
        // DEFAULT FALSE: in DER it is there only if it is true.
        if fields.nextTag == .boolean, try !fields.boolean() { throw .malformed(.token, "a default is spelled out") }
        nonce = fields.nextTag == .integer ? try fields.primitive(.integer) : nil
        _ = fields.optional(.context(0))
        if fields.nextTag == .context(1) { try TimestampStatement.refuseCritical(try fields.nested(.context(1))) }
        try fields.end()
        time = Span(earliest: genTime.advanced(by: .nanoseconds(-accuracy)), latest: genTime.advanced(by: .nanoseconds(accuracy)))
    }

    /// In nanoseconds; at most a day, beyond which a token says nothing worth keeping.
    private static func accuracy(_ given: DERCursor) throws(AnchorError) -> Int64 {
        var fields = given
        let seconds = fields.nextTag == .integer ? try fields.small() : 0
        let millis = fields.nextTag == .context(0) ? try fields.small(.context(0)) : 0
        let micros = fields.nextTag == .context(1) ? try fields.small(.context(1)) : 0
        try fields.end()
        guard seconds <= 86_400, millis <= 999, micros <= 999 else { throw .malformed(.token, "its accuracy is out of range") }
        return Int64(seconds) * 1_000_000_000 + Int64(millis) * 1_000_000 + Int64(micros) * 1000
    }

    private static func refuseCritical(_ given: DERCursor) throws(AnchorError) {
        var extensions = given
        while !extensions.isAtEnd {
            var one = try extensions.nested()
            let oid = try one.objectIdentifier()
            if one.nextTag == .boolean, try one.boolean() { throw .unsupported("the critical extension \(oid)") }
        }
    }
}
