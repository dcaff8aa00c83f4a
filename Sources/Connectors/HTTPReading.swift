import Evidence
import HTTP

/// The pages of one stretch of time, and what is asked for each of their records.
struct HTTPReading {
    let settings: HTTPSettings
    let home: HTTPAddress
    let conversation: Conversation
    let piece: Window
    let readAt: Instant

    typealias Emit = (UnsafeRawBufferPointer) throws -> Void

    /// Throws where the last page was not reached, or a lookup was not answered whole.
    func read(_ emit: Emit) throws {
        var lookups = 0
        let reason = try walk(settings, home, counting: true) { record in
            guard let name = settings.shape.name else { return try stamped(record, emit) }
            try look(0, [RecordWords.Held(name: name, bytes: Array(record))], &lookups) { try stamped($0, emit) }
        }
        guard let reason else { throw ReadProblem("'\(home.origin + home.path)' is not there") }
        conversation.note(lastPage: reason + (lookups > 0 ? "; \(lookups) lookups were answered to their last page" : ""))
    }

    /// With when it was read, where the source does not say when it was so.
    private func stamped(_ record: UnsafeRawBufferPointer, _ emit: Emit) throws {
        guard let name = settings.shape.stamp else { return try emit(record) }
        guard record.first == UInt8(ascii: "{") else { throw ReadProblem("a record is no object, so it has no place for '\(name)'") }
        var out = [UInt8(ascii: "{")]
        JSON.writeString(name, into: &out)
        out += ":\"\(readAt)\"".utf8
        if JSONMembers.isEmpty(record) { out.append(UInt8(ascii: "}")) } else { out += [UInt8(ascii: ",")] + record.dropFirst() }
        try out.withUnsafeBytes { try emit($0) }
    }

    /// A record for which nothing is asked, or nothing comes, stands alone.
    private func look(_ index: Int, _ held: [RecordWords.Held], _ lookups: inout Int, _ emit: Emit) throws {
        let words = RecordWords(held: held)
        guard index < settings.shape.each.count else { return try words.envelope.withUnsafeBytes { try emit($0) } }
        let lookup = settings.shape.each[index]
        var came = 0
        if try lookup.only.allSatisfy({ try words.meets($0) }) {
            lookups += 1
            var asked = try words.filled(lookup.request, home: settings.url)
            (asked.isXML, asked.contentType) = (settings.isXML, settings.contentType)
            guard let address = HTTPAddress(asked.url), address.origin == home.origin else {
                throw ReadProblem("'\(lookup.name)' would be asked of another server than the source's: not asked")
            }
            let last = try walk(asked, address) { record in
                came += 1
                try look(index + 1, held + [RecordWords.Held(name: lookup.name, bytes: Array(record))], &lookups, emit)
            }
            conversation.note(lookup: lookup.name, isAbsent: last == nil)
        }
        if came == 0 { try words.envelope.withUnsafeBytes { try emit($0) } }
    }

    /// Why the last page was the last; nil where the server says that there is none.
    private func walk(_ asked: HTTPSettings, _ address: HTTPAddress, counting: Bool = false, _ take: Emit) throws -> String? {
        var walk = PageWalk(asked, address, piece, isSigned: settings.isSigned)
        var filter = asked.shape.newestFirst.map { NewestFirstFilter($0, asked, piece) }
        let shaper = RecordShaper(asked.shape)
        var said: Int?
        while true {
            guard conversation.exchange.pages.count < settings.pages else {
                throw ReadProblem("there are more than \(settings.pages) pages; the rest was left")
            }
            guard let answer = try conversation.ask(walk.question.address, walk.question.body?.canonicalBytes, of: asked) else { return nil }
            let page = try JSONPage(answer, asked, parsing: PageWalk.needsDocument(asked))
            let digest = try conversation.note(page: answer.body, records: page.records.count)
            if let path = asked.count {
                guard let number = page.value(at: path)?.int else { throw ReadProblem("a page does not say at '\(path)' how many records there are") }
                said = max(said ?? 0, number)
            }
            var reason = try walk.advance(answer, page, digest: digest)
            try page.body.withUnsafeBytes { bytes in
                for range in page.records {
                    let record = UnsafeRawBufferPointer(rebasing: bytes[range])
                    if try filter?.takes(record) == false { continue }
                    try shaper.each(of: record, take)
                }
            }
            if let filter, filter.reachesBack { reason = "a page reaches back before \(piece.start), the newest first" }
            guard let reason else { continue }
            if let said {
                if counting { conversation.note(count: said) }
                guard said <= walk.records else { throw ReadProblem("the source counts \(said) records, and \(walk.records) came: some are missing") }
            }
            let left = filter.map { $0.left } ?? 0
            return reason + (left > 0 ? "; \(left) records outside of the window were left" : "")
        }
    }
}
