import Evidence
import Foundation
import Testing

@testable import Seal

/// RFC 6962's definition, section 2.1, word for word and slow.
private func definedRoot(_ leaves: ArraySlice<Digest32>) -> Digest32 {
    guard leaves.count > 1 else { return leaves.first ?? TreeHash.empty }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    let middle = leaves.startIndex + split
    return TreeHash.node(definedRoot(leaves[..<middle]), definedRoot(leaves[middle...]))
}

@Suite struct MerkleTests {
    @Test func hashesMatchTheKnownValuesOfRFC6962() {
        #expect(TreeHash.empty.description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(TreeHash.leaf([]).description == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        // The tree of eight leaves that the certificate-transparency tests have used since 2012.
        let data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
        let leaves = data.compactMap { Hex.decode($0) }.map { TreeHash.leaf($0) }
        #expect(MerkleTree.root(leaves).description == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
    }

    @Test(arguments: [0, 1, 31, 32, 990, 991, 992, 993, 5000]) func saltedLeafIsTheHashOfTheBytesInARow(count: Int) {
        let salt = (0..<32).map { UInt8($0) }
        let record = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let leaf = salt.withUnsafeBytes { salt in record.withUnsafeBytes { TreeHash.leaf(salt: salt, record: $0) } }
        #expect(leaf == SHA256Stream.digest(of: [0] + salt + record))
        #expect(leaf == TreeHash.leaf(salt + record))
    }

    @Test func rootAndLevelsFollowTheDefinition() {
        let all = leaves(300)
        for count in 0...300 {
            let expected = definedRoot(all[..<count])
            #expect(MerkleTree.root(Array(all[..<count])) == expected)
            #expect(TreeLevels(Array(all[..<count])).root == expected)
        }
    }

    @Test func compactRangesOfEverySplitMergeToTheRoot() {
        let all = leaves(300)
        let roots = (0...300).map { MerkleTree.root(Array(all[..<$0])) }
        var left = CompactRange(begin: 0)
        for split in 0...300 {
            var right = CompactRange(begin: split)
            for count in split...300 {
                var merged = left
                merged.append(contentsOf: right)
                if merged.root() != roots[count] || merged.end != count { Issue.record("split \(split) of \(count)") }
                if count < 300 { right.append(all[count]) }
            }
            if split < 300 { left.append(all[split]) }
        }
    }

    @Test func threeRangesMergeInEitherOrder() {
        let all = leaves(90)
        func range(_ part: Range<Int>) -> CompactRange {
            var range = CompactRange(begin: part.lowerBound)
            for leaf in all[part] { range.append(leaf) }
            return range
        }
        for a in 0...90 {
            for b in stride(from: a, through: 90, by: 7) {
                var tail = range(a..<b)
                tail.append(contentsOf: range(b..<90))
                var head = range(0..<a)
                head.append(contentsOf: tail)
                #expect(head.root() == MerkleTree.root(all))
            }
        }
    }

    @Test func everyInclusionPathVerifiesAndNoOtherPlaceDoes() throws {
        let all = leaves(70)
        for size in 1...70 {
            let tree = TreeLevels(Array(all[..<size]))
            for (index, path) in tree.inclusionPaths(0..<size).enumerated() {
                try MerkleTree.verifyInclusion(leaf: all[index], index: index, size: size, path: path, root: tree.root)
                for other in [index - 1, index + 1, size] where other != index {
                    #expect(throws: SealError.self) {
                        try MerkleTree.verifyInclusion(leaf: all[index], index: other, size: size, path: path, root: tree.root)
                    }
                }
                let short = Array(path.dropLast())
                if !path.isEmpty {
                    #expect(throws: SealError.wrongPathLength(expected: path.count, found: short.count)) {
                        try MerkleTree.verifyInclusion(leaf: all[index], index: index, size: size, path: short, root: tree.root)
                    }
                }
            }
        }
    }

    @Test func everyConsistencyPathVerifiesAndAChangedHashDoesNot() throws {
        let all = leaves(70)
        let roots = (0...70).map { MerkleTree.root(Array(all[..<$0])) }
        for size in 1...70 {
            let tree = TreeLevels(Array(all[..<size]))
            for old in 1...size {
                let path = tree.consistencyPath(from: old)
                try MerkleTree.verifyConsistency(from: old, to: size, oldRoot: roots[old], newRoot: roots[size], path: path)
                for i in path.indices {
                    var wrong = path
                    wrong[i] = TreeHash.empty
                    #expect(throws: SealError.rootMismatch) {
                        try MerkleTree.verifyConsistency(from: old, to: size, oldRoot: roots[old], newRoot: roots[size], path: wrong)
                    }
                }
                if old > 1 {
                    #expect(throws: SealError.self) {
                        try MerkleTree.verifyConsistency(from: old, to: size, oldRoot: roots[old - 1], newRoot: roots[size], path: path)
                    }
                }
            }
        }
    }

    @Test func emptyTreesProveNothing() {
        let root = TreeHash.empty
        #expect(throws: SealError.emptyTree) { try MerkleTree.verifyInclusion(leaf: root, index: 0, size: 0, path: [], root: root) }
        #expect(throws: SealError.emptyTree) { try MerkleTree.verifyConsistency(from: 0, to: 0, oldRoot: root, newRoot: root, path: []) }
        #expect(throws: SealError.emptyTree) { try MerkleTree.verifyConsistency(from: 0, to: 3, oldRoot: root, newRoot: root, path: []) }
        #expect(throws: SealError.shrunk(from: 3, to: 2)) {
            try MerkleTree.verifyConsistency(from: 3, to: 2, oldRoot: root, newRoot: root, path: [])
        }
        #expect(throws: SealError.outsideTree(index: -1, size: 2)) {
            try MerkleTree.verifyInclusion(leaf: root, index: -1, size: 2, path: [], root: root)
        }
    }

    @Test func hugeSizesNeitherTrapNorHang() {
        let root = TreeHash.empty
        #expect(throws: SealError.self) {
            try MerkleTree.verifyInclusion(leaf: root, index: .max - 1, size: .max, path: Array(repeating: root, count: 63), root: root)
        }
        #expect(throws: SealError.self) {
            try MerkleTree.verifyConsistency(from: 1 << 62, to: .max, oldRoot: root, newRoot: root, path: Array(repeating: root, count: 63))
        }
    }

    /// transparency-dev/merkle's testdata: `wantErr` is the verdict. Some hashes there are words, whose digest stands for them; an empty one is refused.
    @Test func publishedProofsGetThePublishedVerdict() throws {
        guard let folder = shared("vectors/merkle-proofs/testdata") else { return }
        var agreed = 0
        for name in ["inclusion", "consistency"] {
            let files = FileManager.default.enumerator(at: folder.appendingPathComponent(name), includingPropertiesForKeys: nil)
            for case let file as URL in files ?? .init() where file.pathExtension == "json" {
                let json = try JSON.parse(Array(Data(contentsOf: file)))
                let refused = name == "inclusion" ? !includes(json) : !isConsistent(json)
                if refused == json["wantErr"]?.flag { agreed += 1 } else { Issue.record("\(file.path)") }
            }
        }
        #expect(agreed == 196)
    }

    private func hash(_ json: JSON?) -> Digest32? {
        json?.text.flatMap { Base64.decode($0) }.flatMap { $0.isEmpty ? nil : Digest32($0) ?? SHA256Stream.digest(of: $0) }
    }
    private func path(_ json: JSON) -> [Digest32]? {
        let list = json["proof"]?.list ?? []
        let hashes = list.compactMap { hash($0) }
        return hashes.count == list.count ? hashes : nil
    }
    private func includes(_ json: JSON) -> Bool {
        guard let leaf = hash(json["leafHash"]), let root = hash(json["root"]), let path = path(json), let index = json["leafIdx"]?.int,
            let size = json["treeSize"]?.int
        else { return false }
        do { try MerkleTree.verifyInclusion(leaf: leaf, index: index, size: size, path: path, root: root) } catch { return false }
        return true
    }
    private func isConsistent(_ json: JSON) -> Bool {
        guard let old = hash(json["root1"]), let new = hash(json["root2"]), let path = path(json), let from = json["size1"]?.int,
            let to = json["size2"]?.int
        else { return false }
        do { try MerkleTree.verifyConsistency(from: from, to: to, oldRoot: old, newRoot: new, path: path) } catch { return false }
        return true
    }
}
