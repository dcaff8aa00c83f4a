import Archive
import Evidence
import Seal

/// Folds the records of one entry into their root as they stream by: `<salt in hexadecimal> <length>\n<bytes>\n` for each.
final class ArchivedRecords: MemberWatch {
    private var tree = CompactRange(begin: 0)
    private var line: [UInt8] = []
    private var leaf = SHA256Stream()
    private var erasedLeaf: Digest32?
    /// Of the record at hand; -1 while its line is being read.
    private var rest = -1
    private var isMalformed = false

    /// Longer than any line: 64 digits, a blank, a length.
    private static let lineLimit = 96

    /// `data/ledger/e<n>.records`: n.
    static func entry(of name: String) -> Int? {
        guard name.hasPrefix("data/ledger/e"), name.hasSuffix(".records") else { return nil }
        return Int(name.dropFirst("data/ledger/e".count).dropLast(".records".count))
    }

    var count: Int { tree.end }
    /// Nil if the bytes are cut wrongly.
    var root: Digest32? { isMalformed || rest >= 0 || !line.isEmpty ? nil : tree.root() }

    func take(_ piece: UnsafeRawBufferPointer) {
        var at = 0
        while at < piece.count, !isMalformed {
            if rest < 0 {
                readLine(piece[at])
                at += 1
            } else if rest > 0 {
                let step = min(rest, piece.count - at)
                leaf.update(UnsafeRawBufferPointer(rebasing: piece[at..<at + step]))
                rest -= step
                at += step
            } else {
                isMalformed = piece[at] != 10
                at += 1
                tree.append(erasedLeaf ?? leaf.digest())
                rest = -1
            }
        }
    }

    private func readLine(_ byte: UInt8) {
        guard byte == 10 else {
            line.append(byte)
            isMalformed = line.count > ArchivedRecords.lineLimit
            return
        }
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, let salt = Hex.decode(String(words[0])), salt.count == 32, let length = Int(words[1]), length >= 0, "\(length)" == words[1]
        else {
            isMalformed = true
            return
        }
        leaf = SHA256Stream()
        leaf.update([0] + salt)
        // Of an erased record there is the leaf hash in place of the salt, and nothing to hash.
        erasedLeaf = length == 0 ? Digest32(salt) : nil
        rest = length
    }
}
