import Evidence

extension LedgerEntry {
    /// A record's tombstone: which one is gone, why and on whose word. The leaf stays in the tree; nothing here tells what the record said.
    package struct Erasure: Sendable, Hashable {
        package let at: Instant
        package let artifact: ArtifactID
        package let source: SourceID
        package let role: RecordRole
        /// Record number of the origin it came from; 0 for none.
        package let origin: Int
        /// Of the rows that it had been read as, sorted; none if it was a reject, a conflict or nothing at all.
        package let kinds: [KindName]
        /// First and last local day of its rows, in the source's zone: coverage breaks there. Nil: nobody knows when, and it breaks as at a reject.
        package let days: ClosedRange<Day>?
        package let leaf: Digest
        /// 16 hexadecimal digits: what a repeat of the record comes to under the programme's key (`DedupeKey.mark`).
        package let mark: String
        package let reason: String
        package let approver: String

        package init(
            at: Instant, artifact: ArtifactID, source: SourceID, role: RecordRole, origin: Int, kinds: [KindName], days: ClosedRange<Day>?, leaf: Digest,
            mark: String,
            reason: String, approver: String
        ) {
            self.at = at
            self.artifact = artifact
            self.source = source
            self.role = role
            self.origin = origin
            self.kinds = kinds
            self.days = days
            self.leaf = leaf
            self.mark = mark
            self.reason = reason
            self.approver = approver
        }

        var json: JSON {
            [
                "type": "erasure", "at": .string(at.description), "pull": .int(artifact.entry), "record": .int(artifact.record),
                "source": .string(source.text), "role": .string(letter), "origin": .int(origin), "kinds": .array(kinds.map { .string($0.text) }),
                "days": .array(days.map { [.string($0.lowerBound.description), .string($0.upperBound.description)] } ?? []),
                "leaf": .string(Base64.encode(leaf.bytes)), "mark": .string(mark), "reason": .string(reason), "approver": .string(approver),
            ]
        }

        private var letter: String { String(decoding: [role.rawValue], as: UTF8.self) }

        /// Nil unless every member is there; that nothing else is, the entry's own spelling shows.
        init?(_ json: JSON, at: Instant) {
            guard let entry = json["pull"]?.int, let record = json["record"]?.int, let artifact = ArtifactID("e\(entry)-r\(record)"), record > 0,
                let source = json["source"]?.text.flatMap({ SourceID($0) }), let letter = json["role"]?.text?.utf8.first,
                let role = RecordRole(rawValue: letter), role != .sheet, role != .erased, let origin = json["origin"]?.int, origin >= 0, origin < record,
                let kinds = json["kinds"]?.list?.map({ $0.text.flatMap { KindName($0) } }), let days = json["days"]?.list?.map({ $0.text.flatMap { Day($0) } }),
                let leaf = json["leaf"]?.text.flatMap({ Base64.decode($0) }), leaf.count == 32, let mark = json["mark"]?.text,
                Hex.decode(mark)?.count == 8, let reason = json["reason"]?.text, let approver = json["approver"]?.text
            else { return nil }
            let known = kinds.compactMap { $0 }, dates = days.compactMap { $0 }
            guard known.count == kinds.count, known == Set(known).sorted(), dates.count == days.count, [0, 2].contains(dates.count), dates == dates.sorted()
            else {
                return nil
            }
            self.init(
                at: at, artifact: artifact, source: source, role: role, origin: origin, kinds: known, days: dates.isEmpty ? nil : dates[0]...dates[1],
                leaf: Digest(leaf), mark: mark, reason: reason, approver: approver)
        }
    }
}
