import Anchors
import Evidence
import HTTP
import Ledger
import Seal

/// What is handed out to be vouched for: one checkpoint of the ledger.
struct AnchorRequest {
    private let note: [UInt8]
    private let size: Int

    /// `size`: of a stored checkpoint; nil for the newest that ends in evidence.
    init(_ work: Work, size: Int?) throws {
        let store = try Store(work.folder)
        // Whoever vouches for a head vouches for this ledger: none is handed out of one that would not be signed.
        try store.sealer(work.folder).check()
        try store.sealUnsigned(work.folder)
        if let size {
            note = try AnchorRequest.stored(size, store)
            self.size = size
        } else {
            let head = try PinnedHead(store)
            (note, self.size) = (head.note, head.size)
        }
        guard try store.root(at: self.size) == CheckpointVerifier(store.ledger).open(note)?.root else { throw LedgerError.forked(size: self.size) }
    }

    private static func stored(_ size: Int, _ store: Store) throws -> [UInt8] {
        let all = try store.ledger.checkpoints()
        guard let found = all.first(where: { $0.size == size }) else { throw unknown(size, among: all.map { $0.size }) }
        guard try CheckpointVerifier(store.ledger).open(found.note)?.size == size else {
            throw LedgerError.damaged(nil, reason: "the checkpoint of size \(size) does not verify")
        }
        return found.note
    }

    /// `sizes`: in ascending order.
    private static func unknown(_ size: Int, among sizes: [Int]) -> CommandError {
        let shown = sizes.count <= 6 ? sizes : sizes.sorted { abs($0 - size) < abs($1 - size) }.prefix(4).sorted()
        let list = shown.map { "\($0)" }.joined(separator: ", ")
        let hint: String? =
            if let first = sizes.first, let last = sizes.last {
                shown.count == sizes.count
                    ? "there \(sizes.count == 1 ? "is one, of \(list) entries" : "are \(sizes.count): of \(list) entries")"
                    : "there are \(sizes.count), of \(first) to \(last) entries; the nearest are of \(list)"
            } else {
                "there is none yet: run 'receipts collect' first"
            }
        return CommandError(.badInput, "there is no checkpoint of \(size) entries", hint: hint)
    }

    /// A nonce of its own makes each request another one; an answer that comes back by file is not asked for it, since the checkpoint is unlike any other.
    func write(request path: String?, _ randomness: Randomness) throws -> Written {
        let path = path ?? "checkpoint-\(size).tsq"
        try Files.write(path, timestamp(randomness).der)
        return Written(what: .request, size: size, path: path)
    }

    /// Posts the request and enters the answer, which must be to this very request.
    func ask(_ url: String, _ work: Work, roots: TrustRoots?) throws -> AnchorImport.Report {
        let importing = try AnchorImport(work)
        let request = timestamp(work.world.randomness)
        let answer = try HTTPPost(
            url, contentType: "application/timestamp-query", accepts: "application/timestamp-reply", body: request.der, limit: AnchorProof.sizeLimit,
            seconds: 30
        ).send()
        do {
            guard try TimestampToken(answer).nonce == request.nonce else { throw AnchorError.otherNonce }
        } catch let error as AnchorError {
            throw CommandError(.sourceFailed, "the authority at '\(url)' gave no token: \(error)", hint: "nothing was entered")
        }
        return try importing.run(bytes: answer, called: url, roots: roots)
    }

    private func timestamp(_ randomness: Randomness) -> TimestampRequest {
        var randomness = randomness.forked("nonce \(size)")
        return TimestampRequest(over: note, random: randomness.bytes(8))
    }

    func write(checkpoint path: String) throws -> Written {
        try Files.write(path, note)
        return Written(what: .checkpoint, size: size, path: path)
    }

    /// A file to hand out.
    struct Written {
        enum What: String { case request, checkpoint }
        let what: What
        let size: Int
        let path: String

        var text: String { "\(what == .request ? "time-stamp request over the " : "")checkpoint of \(size) entries: \(path)" }
        var json: JSON { ["wrote": .string(what.rawValue), "size": .int(size), "path": .string(path)] }
    }
}
